import type { FileMap } from "libcnb/testing";

export const source = "src/main/java/com/example/Main.java";

export const main = `package com.example;

public class Main {
    public static void main(String[] args) {
        System.out.println(org.slf4j.LoggerFactory.getLogger(Main.class).getName());
    }
}
`;

const central = "repositories { mavenCentral() }\n";

/** A test app: a program with one library, built as a distribution. */
export const shop: FileMap = {
  "settings.gradle": "rootProject.name = 'shop'\n",
  "build.gradle": `apply plugin: 'application'
group = 'com.example'
version = '1.0.0'
mainClassName = 'com.example.Main'
${central}
dependencies {
  implementation 'org.slf4j:slf4j-api:2.0.13'
  testImplementation 'org.slf4j:slf4j-simple:2.0.13'
}
`,
  [source]: main,
};

/** A test app: a program, a war, and a library that both use. */
export const modules: FileMap = {
  "settings.gradle": "rootProject.name = 'all'\ninclude 'core', ':web', 'tools:worker'\n",
  "build.gradle": `subprojects {
  group = 'com.example'
  version = '1.0.0'
  ${central}
}
`,
  "core/build.gradle": "apply plugin: 'java-library'\ndependencies { api 'org.slf4j:slf4j-api:2.0.13' }\n",
  "core/src/main/java/com/example/Core.java": "package com.example;\n\npublic class Core {}\n",
  "web/build.gradle": `apply plugin: 'war'
dependencies {
  compile project(':core')
  providedCompile 'javax.servlet:javax.servlet-api:4.0.1'
  runtime 'ch.qos.logback:logback-core:1.2.3'
}
`,
  "web/src/main/java/com/example/Web.java":
    "package com.example;\n\npublic class Web extends javax.servlet.http.HttpServlet {}\n",
  "tools/worker/build.gradle": `apply plugin: 'application'
mainClassName = 'com.example.Main'
dependencies { compile project(':core') }
`,
  [`tools/worker/${source}`]: main,
};
