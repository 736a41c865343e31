import { expect, test } from "vitest";
import type { Settings } from "../config.ts";
import { inApp } from "../test-app.ts";
import { chooseTool } from "./choice.ts";

const choose = (files: readonly string[], settings: Partial<Settings> = {}, dir = "") =>
  inApp(Object.fromEntries(files.map((file) => [file, ""])), (app) => chooseTool(app, dir, settings as Settings));

const lost = (file: string, winner: string, tool: string) =>
  `${file} is not used: ${winner} decided. BP_JAVA_BUILD_TOOL=${tool} builds with it.`;

test.for<[string, readonly string[], Partial<Settings>, object]>([
  ["a pom", ["pom.xml"], {}, { name: "maven", source: "pom.xml", losers: [] }],
  ["a pom in YAML", ["pom.yml"], {}, { name: "maven", source: "pom.yml", losers: [] }],
  [
    "settings of Gradle alone",
    ["settings.gradle.kts"],
    {},
    { name: "gradle", source: "settings.gradle.kts", losers: [] },
  ],
  [
    "both",
    ["pom.xml", "build.gradle"],
    {},
    { name: "maven", source: "pom.xml", losers: [lost("build.gradle", "pom.xml", "gradle")] },
  ],
  [
    "both, and a wrapper of one",
    ["pom.xml", "build.gradle.kts", "gradlew"],
    {},
    { name: "gradle", source: "build.gradle.kts", losers: [lost("pom.xml", "build.gradle.kts", "maven")] },
  ],
  [
    "both with wrappers",
    ["pom.xml", "mvnw", "build.gradle", "gradlew"],
    {},
    { name: "maven", source: "pom.xml", losers: [lost("build.gradle", "pom.xml", "gradle")] },
  ],
  [
    "both, and a wish",
    ["pom.xml", "build.gradle"],
    { BP_JAVA_BUILD_TOOL: " Gradle" },
    { name: "gradle", source: "BP_JAVA_BUILD_TOOL", losers: [lost("pom.xml", "BP_JAVA_BUILD_TOOL", "maven")] },
  ],
  [
    "a build file that a variable names",
    ["pom.xml", "build.gradle"],
    { BP_GRADLE_BUILD_FILE: "other.gradle" },
    { name: "gradle", source: "BP_GRADLE_BUILD_FILE", losers: [lost("pom.xml", "BP_GRADLE_BUILD_FILE", "maven")] },
  ],
])("the build tool: %s", async ([, files, settings, expected]) =>
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
    message: 'BP_JAVA_BUILD_TOOL is "ant", which is not a tool that builds Java',
    hint: "Set BP_JAVA_BUILD_TOOL to maven or gradle, or leave it out: the files of the app then decide.",
  }));
