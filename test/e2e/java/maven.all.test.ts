import { expect, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
import { type AppCase, expectLife, failureOf } from "../../support/apps/app-cases.ts";
import {
  codec,
  forJava,
  jars,
  javaCase,
  javaFile,
  likeSmall,
  plugin,
  pom,
  property,
  server,
  small,
  smallMaven,
} from "../../support/java/apps.ts";
import { mavenWrapper } from "../../support/java/maven-archives.ts";
import { useJavaWorld } from "../../support/java/world.ts";

/** The output of Maven, made by its own means. */
const world = useJavaWorld({ near: true });

const { mvnw, properties } = await mavenWrapper();
const wrapper = (script: string, mode: number) => ({
  mvnw: { contents: script, mode },
  ".mvn/wrapper/maven-wrapper.properties": properties,
});

const version = server('"" + Runtime.version().feature()');
const on = (files: Readonly<Record<string, string>>): App => ({ files: { [javaFile("Main")]: version, ...files } });
const project = (properties: Readonly<Record<string, string>>) => pom({ properties, plugins: jars.shaded });

/** Two modules of which one is a library of the other. */
const modules = {
  "pom.xml": pom({
    of: "com.example:all:1.0.0",
    packaging: "pom",
    properties: forJava("17"),
    modules: ["words", "web"],
  }),
  "words/pom.xml": module("words", [codec], []),
  [javaFile("Words", "words")]: `package com.example;

import org.apache.commons.codec.digest.DigestUtils;

public class Words {
    public static String of(String text) {
        return "\\"" + DigestUtils.md5Hex(text) + "\\"";
    }
}
`,
  "web/pom.xml": module("web", ["com.example:words:1.0.0"], jars.shaded),
  [javaFile("Main", "web")]: server('Words.of("layer")'),
};

function module(name: string, dependencies: readonly string[], plugins: readonly string[]): string {
  const parent = "com.example:all:1.0.0";
  return pom({ parent, of: `com.example:${name}:1.0.0`, dependencies, plugins }).replace("<relativePath/>", "");
}

const profiles = (
  text: string,
): string => `<profiles><profile><id>production</id><properties><greeting>${text}</greeting></properties></profile></profiles>
`;
const filtered = (more: string): App => ({
  files: {
    "pom.xml": pom({
      properties: { ...forJava("17"), greeting: "development" },
      plugins: jars.shaded,
      more,
    }).replace(
      "<build>",
      "<build><resources><resource><directory>src/main/resources</directory><filtering>true</filtering></resource></resources>",
    ),
    "src/main/resources/greeting.txt": `"${property("greeting")}"`,
    [javaFile("Main")]: server('new String(Main.class.getResourceAsStream("/greeting.txt").readAllBytes())'),
  },
});

const cases: readonly AppCase[] = [
  likeSmall("a fat jar", { app: { files: smallMaven() }, says: ["Building with Maven"] }),
  likeSmall("a jar whose manifest lists its libraries", {
    app: { files: smallMaven(jars.classPath) },
    changed: { ...small.changed, moved: ["app slice 2 of 2"] },
  }),
  likeSmall("a jar with dependencies next to a jar without dependencies", {
    app: { files: smallMaven(jars.assembled) },
  }),
  likeSmall("several executables that each have a start script", {
    app: {
      files: smallMaven([
        plugin("org.codehaus.mojo:appassembler-maven-plugin:2.1.0", {
          goals: ["assemble"],
          phase: "package",
          configuration: "<programs><program><mainClass>com.example.Main</mainClass><id>app</id></program></programs>",
        }),
      ]),
    },
    env: { BP_MAVEN_BUILT_ARTIFACT: "target/appassembler" },
    changed: { ...small.changed, moved: ["app slice 2 of 2"] },
  }),
  likeSmall("two modules", {
    app: { files: modules },
    env: { BP_MAVEN_BUILT_MODULE: "web" },
    changed: {
      files: { [javaFile("Main", "web")]: server('Words.of("image")') },
      answers: small.changed.answers,
      moved: ["app"],
    },
  }),
  likeSmall("its project in a subdirectory of the repository", {
    app: {
      files: Object.fromEntries(Object.entries(smallMaven()).map(([path, text]) => [`services/api/${path}`, text])),
    },
    env: { BP_JAVA_PROJECT_PATH: "services/api" },
    changed: {
      files: { [`services/api/${javaFile("Main")}`]: server('"7"') },
      answers: { "/": 7 },
      moved: ["app"],
    },
  }),
  likeSmall("a Maven wrapper", {
    app: { files: { ...smallMaven(), ...wrapper(mvnw, 0o755) } },
    says: [".mvn/wrapper/maven-wrapper.properties"],
  }),
  likeSmall("a Maven wrapper that lost its execute permission on Windows", {
    app: { files: { ...smallMaven(), ...wrapper(mvnw.replaceAll("\n", "\r\n"), 0o644) } },
    says: [".mvn/wrapper/maven-wrapper.properties"],
  }),
  javaCase({
    name: "a Maven profile",
    app: filtered(profiles("production")),
    env: { BP_MAVEN_ACTIVE_PROFILES: "production" },
    says: ["production"],
    answers: { "/": "production" },
  }),
  javaCase({
    name: "additional Maven arguments",
    app: filtered(""),
    env: { BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS: "-Dgreeting=argued" },
    says: ["-Dgreeting=argued"],
    answers: { "/": "argued" },
  }),
  javaCase({
    name: "both pom.xml and build.gradle",
    app: { files: { ...smallMaven(), "build.gradle": "apply plugin: 'java'\n" } },
    says: ["Building with Maven", "build.gradle"],
    answers: small.answers,
  }),
  javaCase({
    name: "files kept next to the jar",
    app: {
      files: {
        ...smallMaven(),
        "data/words.json": '"kept"',
        [javaFile("Main")]: server('java.nio.file.Files.readString(java.nio.file.Path.of("data/words.json"))'),
      },
    },
    env: { BP_INCLUDE_FILES: "data/*" },
    says: ["data"],
    answers: { "/": "kept" },
  }),
];

const ofProperty = (name: string): string => `$\{${name}}`;

const versions: readonly AppCase[] = (
  [
    ["maven.compiler.release", { "pom.xml": project(forJava("11")) }, {}, 11],
    [
      "java.version",
      {
        "pom.xml": project({
          "java.version": "17",
          "maven.compiler.source": ofProperty("java.version"),
          "maven.compiler.target": ofProperty("java.version"),
        }),
      },
      {},
      17,
    ],
    [".sdkmanrc", { "pom.xml": project(forJava("11")), ".sdkmanrc": "# tools\njava=17.0.2-librca\n" }, {}, 17],
    [
      "system.properties",
      { "pom.xml": project(forJava("11")), "system.properties": "java.runtime.version=17\n" },
      {},
      17,
    ],
    [
      "BP_JVM_VERSION",
      { "pom.xml": project(forJava("11")), ".sdkmanrc": "java=11.0.20-librca\n" },
      { BP_JVM_VERSION: "17" },
      17,
    ],
  ] as const
).map(([source, files, env, feature]) =>
  javaCase({ name: `Java version in ${source}`, app: on(files), env, says: [source], answers: { "/": feature } }),
);

test.for([...cases, ...versions])(
  "a Maven app with $name is built and starts, and a second build changes no layer",
  (one) => expectLife(one, world()),
);

interface Failure {
  readonly name: string;
  readonly app: App;
  readonly env?: Readonly<Record<string, string>>;
  readonly says: readonly string[];
}

const failures: readonly Failure[] = [
  {
    name: "code that does not compile",
    app: { files: { ...smallMaven(), [javaFile("Main")]: "package com.example;\n\nclass Main { int broken }\n" } },
    says: ["JAVA_COMPILATION_FAILED", "Main.java"],
  },
  {
    name: "a dependency that does not exist",
    app: {
      files: smallMaven(jars.shaded, {
        properties: forJava("17"),
        dependencies: ["com.example:none-of-this-name:1.0"],
      }),
    },
    says: ["none-of-this-name"],
  },
  {
    name: "a Java version that does not exist",
    app: { files: smallMaven() },
    env: { BP_JVM_VERSION: "19" },
    says: ["VERSION_UNAVAILABLE", "BP_JVM_VERSION", "17"],
  },
  {
    name: "two apps in one repository",
    app: {
      files: {
        ...modules,
        "words/pom.xml": module("words", [codec], jars.shaded),
        [javaFile("Main", "words")]: server('"1"'),
      },
    },
    says: ["words-1.0.0.jar", "web-1.0.0.jar", "BP_MAVEN_BUILT_MODULE"],
  },
  {
    name: "a library without a main class",
    app: { files: smallMaven([]) },
    says: ["Main-Class"],
  },
];

test.for(failures)("cnb build reports $name", async ({ app, env, says }) => {
  const log = await failureOf(app, world(), env);
  expect(says.filter((text) => !log.includes(text))).toEqual([]);
});
