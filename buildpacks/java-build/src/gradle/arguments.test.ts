import { expect, test } from "vitest";
import type { ProjectSource } from "../build-tool.ts";
import type { Settings } from "../config.ts";
import { gradleArguments } from "./arguments.ts";

const own = [
  "--no-daemon",
  "--console=plain",
  "-Dorg.gradle.welcome=never",
  "-Dorg.gradle.configuration-cache=false",
  "-Dorg.gradle.unsafe.configuration-cache=false",
  "--init-script",
  "/work/report.gradle",
];

const argumentsFor = (settings: Partial<Settings>, { version = "8.14.3", properties = "" } = {}) => {
  const source = { settings, jdk: { version: "17.0.9", feature: 17, home: "/jdk" } } as ProjectSource;
  const tool = { version, source: "", command: ["gradle"] } as const;
  return gradleArguments(source, tool, { scripts: ["/work/report.gradle"], properties });
};

test.each<[Partial<Settings>, { readonly version?: string; readonly properties?: string }, readonly string[]]>([
  [{}, {}, ["--build-cache", "assemble"]],
  [{}, { version: "4.2" }, ["assemble"]],
  [{}, { properties: "org.gradle.caching=false" }, ["assemble"]],
  [{}, { properties: "org.gradle.java.home=C:/jdk" }, ["--build-cache", "-Dorg.gradle.java.home=/jdk", "assemble"]],
  [
    {
      BP_GRADLE_BUILD_ARGUMENTS: "--no-daemon -Pname='a b' :web:bootJar",
      BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS: "--offline",
    },
    {},
    ["--build-cache", "-Pname=a b", ":web:bootJar", "--offline"],
  ],
  [{ BP_GRADLE_BUILD_ARGUMENTS: "--daemon --no-build-cache build" }, {}, ["--no-build-cache", "build"]],
  [{ BP_GRADLE_BUILD_FILE: "build.gradle" }, {}, ["--build-cache", "assemble"]],
  [{ BP_GRADLE_BUILD_FILE: "shop/build.gradle.kts" }, {}, ["--build-cache", "--project-dir", "shop", "assemble"]],
  [{ BP_GRADLE_BUILD_FILE: "ci.gradle" }, {}, ["--build-cache", "--build-file", "ci.gradle", "assemble"]],
])("%j %j", (settings, more, expected) => {
  expect(argumentsFor(settings, more)).toEqual([...own, ...expected]);
});

test("Gradle 9 does not support build files with other names", () => {
  expect(() => argumentsFor({ BP_GRADLE_BUILD_FILE: "ci.gradle" }, { version: "9.1.0" })).toThrow(
    expect.objectContaining({
      code: "GRADLE_BUILD_FILE_INVALID",
      message:
        'BP_GRADLE_BUILD_FILE is "ci.gradle", and Gradle 9.1.0 knows no build files but build.gradle and build.gradle.kts',
    }),
  );
});
