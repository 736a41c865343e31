import { expect, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
import { type AppCase, expectLife, failureOf } from "../../support/apps/app-cases.ts";
import type { Command } from "../../support/apps/app-tools.ts";
import { javaCase, javaFile, plainJar, server, smallMaven } from "../../support/java/apps.ts";
import { hello, quarkus, spring, webApp } from "../../support/java/frameworks.ts";
import { useJavaWorld } from "../../support/java/world.ts";

/** Apps that were built elsewhere: what is pushed is what runs. */
const world = useJavaWorld();

const mavenBuild: Command = ["jdk-17/mvn", "--quiet", "package"];

/** Selects files of `target` that Maven created; `more` unpacks them, for example. */
const built = (files: App["files"] = {}, paths: Readonly<Record<string, string>>, more: App = {}): App => ({
  taken: { from: { files, commands: [mavenBuild] }, paths },
  ...more,
});
const jarOf = (files: App["files"]) => built(files, { "app.jar": "target/app-1.0.0.jar" });
const exploded = (archive: string): App => ({
  commands: [["jdk-17/jar", "--extract", "--file", archive]],
  without: [archive],
});

const feature = server('"" + Runtime.version().feature()');

/** With the line of a Java that did not build it. */
const on = (line: string, distribution: string) => ({ BP_JVM_VERSION: line, BP_JVM_DISTRIBUTION: distribution });

/** The bill of materials names the jar by its digest. */
const upgraded = { app: plainJar(server('"7"')), moved: ["SBOM", "app"], answers: { "/": 7 } };

const cases: readonly AppCase[] = [
  {
    name: "a jar on Java 25 of Temurin",
    app: plainJar(feature),
    env: on("25", "temurin"),
    says: ["Temurin JRE 25", "BP_JVM_VERSION"],
    answers: { "/": 25 },
    upgraded,
  },
  {
    name: "a jar on Java 21 of Temurin",
    app: plainJar(feature),
    env: on("21", "temurin"),
    says: ["Temurin JRE 21"],
    answers: { "/": 21 },
  },
  {
    name: "a jar on Java 17 of Zulu",
    app: plainJar(feature),
    env: on("17", "zulu"),
    says: ["Zulu JRE 17"],
    answers: { "/": 17 },
  },
  {
    name: "a jar whose manifest names the Java version",
    app: plainJar(feature, "Build-Jdk-Spec: 11\n"),
    says: ["Build-Jdk-Spec"],
    answers: { "/": 11 },
  },
  {
    name: "an unpacked jar",
    app: { ...plainJar(feature, "Build-Jdk-Spec: 17\n"), ...unpackedToo("app.jar") },
    says: ["com.example.Main"],
    answers: { "/": 17 },
  },
  {
    name: "a jar with a Procfile",
    app: {
      ...plainJar(feature, "Build-Jdk-Spec: 17\n", {
        Procfile: 'web: java -Dword="two words" -jar app.jar\nworker: echo "works on $HOME"\n',
      }),
    },
    says: ["Procfile"],
    answers: { "/": 17 },
    ends: { worker: { exitCode: 0, prints: "works on" } },
  },
  {
    name: "a Spring Boot jar",
    app: jarOf(spring("3.5.7", ["web"])),
    says: ["Spring Boot 3.5.7"],
    answers: { "/": "Hello from 17" },
    upgraded: {
      app: jarOf(spring("3.5.7", ["web"], { [javaFile("Hello")]: hello("Changed") })),
      moved: ["app slice 3 of 3"],
      answers: { "/": "Changed from 17" },
    },
  },
  {
    name: "an unpacked Spring Boot jar on Java 21",
    app: built(spring("3.5.7", ["web"]), { "app.jar": "target/app-1.0.0.jar" }, exploded("app.jar")),
    env: on("21", "temurin"),
    says: ["Spring Boot 3.5.7"],
    answers: { "/": "Hello from 21" },
  },
  {
    name: "a Quarkus fast-jar directory",
    app: built(quarkus(), { ".": "target/quarkus-app" }),
    env: { BP_JVM_VERSION: "17" },
    says: ["Quarkus"],
    answers: { "/": "Hello from Quarkus" },
  },
  {
    name: "a WAR",
    app: built(webApp(), { "shop.war": "target/app-1.0.0.war" }),
    env: { BP_JVM_VERSION: "17" },
    says: ["Tomcat 10"],
    answers: { "/": /<title>Hello/, "/hello": "Hello from " },
  },
  {
    name: "an unpacked WAR",
    app: built(webApp(), { "shop.war": "target/app-1.0.0.war" }, exploded("shop.war")),
    env: { BP_JVM_VERSION: "17" },
    says: ["Tomcat 10"],
    answers: { "/": /<title>Hello/, "/hello": "Hello from " },
  },
];

/** Beside the jar is then what it holds. */
function unpackedToo(archive: string): App {
  const { commands = [] } = plainJar(feature, "Build-Jdk-Spec: 17\n");
  return {
    commands: [...commands, ["jdk-17/jar", "--extract", "--file", archive]],
    without: ["src", "classes", "manifest.txt", archive],
  };
}

test.for(cases)("$name is built and starts, and a second build changes no layer", (one) =>
  expectLife(javaCase({ compiled: false, ...one }), world()),
);

test.for<[string, App, readonly string[]]>([
  [
    "several jars",
    built(smallMaven(), { "one.jar": "target/app-1.0.0.jar", "two.jar": "target/app-1.0.0.jar" }),
    ["one.jar", "two.jar"],
  ],
  [
    "a jar without a main class",
    built(smallMaven([]), { "library.jar": "target/app-1.0.0.jar" }),
    ["library.jar", "Main-Class"],
  ],
])("cnb build reports %s", async ([, app, says]) => {
  const log = await failureOf(app, world());
  expect(says.filter((text) => !log.includes(text))).toEqual([]);
});
