import { type App, defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { wrapperRequests } from "../requests.ts";
import type { Candidate } from "./candidate.ts";
import { gradleRequests } from "./gradle.ts";
import { mavenRequests } from "./maven.ts";

/** The requests of files: `source: wanted`. */
async function requested(read: (app: App, dir: string) => Promise<readonly Candidate[]>, app: FileMap, dir = "") {
  let found: readonly Candidate[] = [];
  const reader = defineBuildpack({
    detect: () => pass(),
    async build(context) {
      found = await read(context.app, dir);
    },
  });
  await build(reader, { app });
  return found.filter(({ wanted }) => wanted !== undefined).map(({ source, wanted }) => `${source}: ${wanted}`);
}

const pom = (content: string, artifact = "app") =>
  `<project><groupId>x</groupId><artifactId>${artifact}</artifactId><version>1</version>${content}</project>`;
const properties = (content: string) => `<properties>${content}</properties>`;
const compiler = (content: string) =>
  `<build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><configuration>${content}</configuration></plugin></plugins></build>`;
const parent = "<parent><groupId>x</groupId><artifactId>all</artifactId><version>1</version></parent>";

describe("for the Java version, the files of Maven request", () => {
  test.for<[string, FileMap, readonly string[], string?]>([
    ["nothing without a version in pom.xml", { "pom.xml": pom("") }, []],
    ["nothing without a pom", {}, []],
    [
      "maven.compiler.release rather than other settings",
      {
        "pom.xml": pom(
          properties(
            "<java.version>8</java.version><maven.compiler.target>9</maven.compiler.target><maven.compiler.release>17</maven.compiler.release>",
          ) + compiler("<release>11</release>"),
        ),
      },
      ["maven.compiler.release of pom.xml: 17"],
    ],
    [
      "the release of maven-compiler-plugin, resolved from a property",
      { "pom.xml": pom(`${properties("<level>17</level>")}${compiler(`<release>${"$"}{level}</release>`)}`) },
      ["release of maven-compiler-plugin of pom.xml: 17"],
    ],
    [
      "java.version, which Spring Boot uses",
      { "pom.xml": pom(properties("<java.version>1.8</java.version>")) },
      ["java.version of pom.xml: 1.8"],
    ],
    [
      "release.version, which Micronaut uses",
      { "pom.xml": pom(properties("<jdk.version>25</jdk.version><release.version>21</release.version>")) },
      ["release.version of pom.xml: 21"],
    ],
    [
      "the target rather than the source",
      {
        "pom.xml": pom(
          properties(
            "<maven.compiler.source>11</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>",
          ),
        ),
      },
      ["maven.compiler.target of pom.xml: 17"],
    ],
    [
      "the source if no other setting exists",
      { "pom.xml": pom(compiler("<source>1.7</source>")) },
      ["source of maven-compiler-plugin of pom.xml: 1.7"],
    ],
    [
      "the next setting if a setting cannot be resolved",
      {
        "pom.xml": pom(
          properties(
            `<maven.compiler.release>${"$"}{revision}</maven.compiler.release><maven.compiler.source>11</maven.compiler.source>`,
          ),
        ),
      },
      ["maven.compiler.source of pom.xml: 11"],
    ],
    [
      "the version of the parent in the same app",
      {
        "pom.xml": pom(properties("<java.version>17</java.version>"), "all"),
        "shop/pom.xml": pom(parent, "shop"),
      },
      ["java.version of shop/pom.xml: 17"],
      "shop",
    ],
    [
      "the newest version of all modules",
      {
        "pom.xml": pom(
          "<modules><module>a</module><module>./b/</module><module>gone</module><module>../x</module></modules>",
          "all",
        ),
        "a/pom.xml": pom(`${parent}${properties("<java.version>11</java.version>")}`, "a"),
        "b/pom.xml": pom(`${parent}${properties("<java.version>21</java.version>")}`, "b"),
      },
      ["java.version of b/pom.xml: 21"],
    ],
  ])("%s", async ([, app, expected, dir]) => {
    expect(await requested(mavenRequests, app, dir)).toEqual(expected);
  });

  const said = (version: string) => pom(properties(`<java.version>${version}</java.version>`), "all");
  test.for<[string, string, FileMap, readonly string[]]>([
    [
      "the version in the selected pom",
      "./shop.xml",
      { "pom.xml": said("8"), "shop.xml": said("17") },
      ["java.version of shop.xml: 17"],
    ],
    [
      "the version in modules next to the selected pom",
      "all/pom.xml",
      {
        "all/pom.xml": pom("<modules><module>../shop</module><module>../../x</module><module>/x</module></modules>"),
        "shop/pom.xml": said("21"),
      },
      ["java.version of shop/pom.xml: 21"],
    ],
    ["nothing from a pom that is not XML", "pom.yaml", { "pom.xml": said("8"), "pom.yaml": "groupId: x\n" }, []],
    ["nothing from a pom that does not exist", "gone.xml", { "pom.xml": said("8") }, []],
    [
      "the version in pom.xml rather than in a file with a blank name",
      " ",
      { "pom.xml": said("8") },
      ["java.version of pom.xml: 8"],
    ],
  ])('%s if BP_MAVEN_POM_FILE is "%s"', async ([, name, app, expected]) => {
    expect(await requested((given, dir) => mavenRequests(given, dir, name), app)).toEqual(expected);
  });
});

describe("for the Java version, the files of Gradle request", () => {
  test.for<[string, FileMap, readonly string[], string?]>([
    ["nothing without a version in scripts", { "settings.gradle": "rootProject.name = 'x'" }, []],
    [
      "the version in a Groovy script",
      { "build.gradle": "sourceCompatibility = 17" },
      ["sourceCompatibility of build.gradle: 17"],
    ],
    [
      "the version in a Kotlin script",
      { "build.gradle.kts": "kotlin { jvmToolchain(21) }" },
      ["jvmToolchain of build.gradle.kts: 21"],
    ],
    [
      "the version for Gradle's daemon before that of the script",
      {
        "gradle/gradle-daemon-jvm.properties": "#generated\ntoolchainVersion=21\n",
        "build.gradle": "sourceCompatibility = 17",
      },
      ["toolchainVersion of gradle/gradle-daemon-jvm.properties: 21", "sourceCompatibility of build.gradle: 17"],
    ],
    [
      "a version in gradle.properties",
      { "build.gradle": "sourceCompatibility = javaVersion", "gradle.properties": "javaVersion=11" },
      ["sourceCompatibility of build.gradle: 11"],
    ],
    [
      "a version in the version catalog",
      {
        "build.gradle.kts": "java { toolchain { languageVersion = JavaLanguageVersion.of(libs.versions.java.get()) } }",
        "gradle/libs.versions.toml": '[versions]\nkotlin = "2.1.0"\njava = "21"\n\n[libraries]\njava = "x:y:11"\n',
      },
      ["languageVersion of build.gradle.kts: 21"],
    ],
    [
      "the newest version of subprojects, as `gradle init` writes them",
      {
        "settings.gradle": "rootProject.name = 'x'\ninclude('app', ':lib:core')\n",
        "app/build.gradle": "java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }",
        "lib/core/build.gradle.kts": "kotlin { jvmToolchain(17) }",
        "samples/build.gradle": "sourceCompatibility = 25",
      },
      ["languageVersion of app/build.gradle: 21"],
    ],
    [
      "the version in a convention plugin",
      {
        "settings.gradle.kts": 'include("app")',
        "app/build.gradle.kts": 'plugins { id("x.java-conventions") }',
        "buildSrc/src/main/kotlin/x.java-conventions.gradle.kts": "kotlin { jvmToolchain(17) }",
      },
      ["jvmToolchain of buildSrc/src/main/kotlin/x.java-conventions.gradle.kts: 17"],
    ],
    [
      "the version despite 100000 blanks",
      {
        "settings.gradle": `include${" ".repeat(100_000)}x\ninclude('app')`,
        "gradle/libs.versions.toml": `[versions]${"\n".repeat(100_000)}java = "17"\n`,
        "app/build.gradle": "sourceCompatibility = libs.versions.java.get()",
      },
      ["sourceCompatibility of app/build.gradle: 17"],
    ],
    [
      "the version in the project's directory",
      { "build.gradle": "sourceCompatibility = 8", "shop/build.gradle": "sourceCompatibility = 17" },
      ["sourceCompatibility of shop/build.gradle: 17"],
      "shop",
    ],
  ])("%s", async ([, app, expected, dir]) => {
    expect(await requested(gradleRequests, app, dir)).toEqual(expected);
  });
});

const propertiesFile = "gradle/wrapper/gradle-wrapper.properties";
const wrapperOf = (version: string) => ({
  [propertiesFile]: `distributionUrl=https\\://services.gradle.org/distributions/gradle-${version}-bin.zip\n`,
});

test.for(["8.5", "9.1.0"])(
  "the wrapper of Gradle %s, which supports the default Java, requests no Java version",
  async (version) => {
    expect(await requested(wrapperRequests, wrapperOf(version))).toEqual([]);
  },
);

test.for<[string, string]>([
  ["8.4", "17"],
  ["7.3", "17"],
  ["7.2", "11"],
  ["5.0.1", "11"],
  ["4.10.2", "8"],
])("the wrapper of Gradle %s requests Java %s", async ([version, expected]) => {
  expect(await requested(wrapperRequests, wrapperOf(version))).toEqual([
    `Gradle ${version} of ${propertiesFile}: ${expected}`,
  ]);
});

test.for<[string, FileMap]>([
  ["an app without a wrapper", {}],
  [
    "a wrapper with a third-party URL",
    { "gradle/wrapper/gradle-wrapper.properties": "distributionUrl=https\\://x.test/own.zip" },
  ],
])("%s requests no Java version", async ([, app]) => expect(await requested(wrapperRequests, app)).toEqual([]));
