import { expect, test } from "vitest";
import { chooseTool } from "./choice.ts";
import type { Settings } from "./config.ts";
import { inApp } from "./test-app.ts";

const choose = (files: readonly string[], settings: Partial<Settings> = {}, dir = "") =>
  inApp(Object.fromEntries(files.map((file) => [file, ""])), (app) => chooseTool(app, dir, settings as Settings));

const lost = (file: string, winner: string, tool: string) =>
  `${file} is ignored: ${winner} takes precedence. To build with ${tool}, set BP_JAVA_BUILD_TOOL=${tool}.`;

test.for<[string, readonly string[], Partial<Settings>, object]>([
  ["Maven for pom.xml", ["pom.xml"], {}, { name: "maven", source: "pom.xml", losers: [] }],
  ["Maven for a pom in YAML", ["pom.yml"], {}, { name: "maven", source: "pom.yml", losers: [] }],
  [
    "Gradle for settings.gradle.kts",
    ["settings.gradle.kts"],
    {},
    { name: "gradle", source: "settings.gradle.kts", losers: [] },
  ],
  [
    "Maven if the app has files of both tools",
    ["pom.xml", "build.gradle"],
    {},
    { name: "maven", source: "pom.xml", losers: [lost("build.gradle", "pom.xml", "gradle")] },
  ],
  [
    "Gradle if only Gradle has a wrapper",
    ["pom.xml", "build.gradle.kts", "gradlew"],
    {},
    { name: "gradle", source: "build.gradle.kts", losers: [lost("pom.xml", "build.gradle.kts", "maven")] },
  ],
  [
    "Maven if both tools have wrappers",
    ["pom.xml", "mvnw", "build.gradle", "gradlew"],
    {},
    { name: "maven", source: "pom.xml", losers: [lost("build.gradle", "pom.xml", "gradle")] },
  ],
  [
    "the tool in BP_JAVA_BUILD_TOOL",
    ["pom.xml", "build.gradle"],
    { BP_JAVA_BUILD_TOOL: " Gradle" },
    { name: "gradle", source: "BP_JAVA_BUILD_TOOL", losers: [lost("pom.xml", "BP_JAVA_BUILD_TOOL", "maven")] },
  ],
  [
    "Gradle if BP_GRADLE_BUILD_FILE is set",
    ["pom.xml", "build.gradle"],
    { BP_GRADLE_BUILD_FILE: "other.gradle" },
    { name: "gradle", source: "BP_GRADLE_BUILD_FILE", losers: [lost("pom.xml", "BP_GRADLE_BUILD_FILE", "maven")] },
  ],
])("the build tool is %s", async ([, files, settings, expected]) =>
  expect(await choose(files, settings)).toEqual(expected),
);

test("only the project directory is searched for build tools", async () =>
  expect(await choose(["pom.xml", "shop/build.gradle"], {}, "shop")).toEqual({
    name: "gradle",
    source: "build.gradle",
    losers: [],
  }));

test("an unknown build tool is refused", () =>
  expect(choose(["pom.xml"], { BP_JAVA_BUILD_TOOL: "ant" })).rejects.toMatchObject({
    code: "JAVA_BUILD_TOOL_INVALID",
    message: 'BP_JAVA_BUILD_TOOL is "ant", which is not a supported build tool',
    hint: 'Set BP_JAVA_BUILD_TOOL to "maven" or "gradle". If it is unset, the buildpack chooses by the files of the app.',
  }));
