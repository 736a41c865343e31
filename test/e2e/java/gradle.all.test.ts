import { expect, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
import { type AppCase, expectLife, failureOf } from "../../support/apps/app-cases.ts";
import { codec, gradleJar, javaCase, javaFile, likeSmall, server, small } from "../../support/java/apps.ts";
import { gradleSpring, hello, webApp } from "../../support/java/frameworks.ts";
import { gradleWrapper } from "../../support/java/gradle-archives.ts";
import { useJavaWorld } from "../../support/java/world.ts";

/** The output of Gradle. These tests use an old Gradle with plugins of its time. */
const world = useJavaWorld();

const wrapper = await gradleWrapper();
const script = wrapper["gradlew"];
const contents = typeof script === "object" && "contents" in script ? script.contents : "";

/** build.gradle of an app with a program. */
const application = `plugins { id "application" }
repositories { mavenCentral() }
dependencies { implementation "${codec}" }
sourceCompatibility = 17
mainClassName = "com.example.Main"
`;

/** Its dependencies lie in a layer of their own. */
const changed = { ...small.changed, moved: ["app slice 2 of 2"] };

const { "build.gradle": jar, ...settings } = gradleJar;
const files = (build: string) => ({ ...settings, "build.gradle": build, ...small.code });
const { "pom.xml": _, ...webCode } = webApp("javax");

const cases: readonly AppCase[] = [
  likeSmall("a distribution with a start script", {
    app: { files: files(application) },
    says: ["Building with Gradle"],
    changed,
  }),
  likeSmall("a fat jar", { app: { files: files(jar) }, says: ["Building with Gradle"] }),
  likeSmall("a Gradle wrapper", {
    app: { files: { ...files(jar), ...wrapper } },
    says: ["gradle/wrapper/gradle-wrapper.properties"],
  }),
  likeSmall("a Gradle wrapper without execute permission", {
    app: {
      files: { ...files(jar), ...wrapper, gradlew: { contents, mode: 0o644 } },
    },
    says: ["gradle/wrapper/gradle-wrapper.properties"],
  }),
  likeSmall("a task that the user selects", {
    app: { files: files(application) },
    env: { BP_GRADLE_BUILD_ARGUMENTS: "installDist", BP_GRADLE_BUILT_ARTIFACT: "build/install/app" },
    says: ["installDist"],
    changed,
  }),
  likeSmall("two projects", {
    app: {
      files: {
        "settings.gradle": 'include "words", "web"\n',
        "words/build.gradle": 'plugins { id "java" }\nsourceCompatibility = 17\n',
        [javaFile("Words", "words")]:
          `package com.example;\n\npublic class Words { public static final String HELLO = "\\"hello\\""; }\n`,
        "web/build.gradle": `${jar}dependencies { compile project(":words") }\n`,
        [javaFile("Main", "web")]: server("Words.HELLO"),
      },
    },
    env: { BP_GRADLE_BUILT_MODULE: "web" },
    answers: { "/": "hello" },
    changed: { files: { [javaFile("Main", "web")]: server('"8"') }, answers: { "/": 8 }, moved: ["app"] },
  }),
  javaCase({
    name: "Spring Boot 2.1",
    env: { BP_GRADLE_VERSION: "4.4.1" },
    app: { files: gradleSpring() },
    says: ["Spring Boot 2.1.18"],
    answers: { "/": "Hello from 11" },
    changed: {
      files: { [javaFile("Hello")]: hello("Changed") },
      // libraries and the loader before it
      answers: { "/": "Changed from 11" },
      moved: ["app slice 3 of 3"],
    },
  }),
  javaCase({
    name: "a WAR on Tomcat",
    env: { BP_GRADLE_VERSION: "4.4.1" },
    app: {
      files: {
        ...settings,
        "build.gradle": `plugins { id "war" }\nrepositories { mavenCentral() }\nsourceCompatibility = 11\ndependencies { providedCompile "javax.servlet:javax.servlet-api:4.0.1" }\n`,
        ...webCode,
      },
    },
    says: ["Tomcat 9"],
    answers: { "/": /<title>Hello/, "/hello": "Hello from " },
  }),
];

test.for(cases)("a Gradle app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world()),
);

test.for<[string, App, readonly string[]]>([
  [
    "code that does not compile",
    { files: { ...files(jar), [javaFile("Main")]: "package com.example;\n\nclass Main { int broken }\n" } },
    ["JAVA_COMPILATION_FAILED", "Main.java"],
  ],
  [
    "a dependency that does not exist",
    { files: { ...files(jar.replace(codec, "com.example:none-of-this-name:1.0")) } },
    ["none-of-this-name"],
  ],
])("cnb build reports %s", async ([, app, says]) => {
  const log = await failureOf(app, world());
  expect(says.filter((text) => !log.includes(text))).toEqual([]);
});
