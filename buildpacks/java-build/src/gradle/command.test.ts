import { expect, test } from "vitest";
import type { ProjectSource } from "../build-tool.ts";
import type { Settings } from "../config.ts";
import { gradleArguments } from "./command.ts";

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

test.each<[string, Partial<Settings>, { readonly version?: string; readonly properties?: string }, readonly string[]]>([
  ["are --build-cache and assemble by default", {}, {}, ["--build-cache", "assemble"]],
  ["do not contain --build-cache for a Gradle version without a build cache", {}, { version: "4.2" }, ["assemble"]],
  [
    "do not contain --build-cache if gradle.properties disables the build cache",
    {},
    { properties: "org.gradle.caching=false" },
    ["assemble"],
  ],
  [
    "override the Java home in gradle.properties",
    {},
    { properties: "org.gradle.java.home=C:/jdk" },
    ["--build-cache", "-Dorg.gradle.java.home=/jdk", "assemble"],
  ],
  [
    "contain the arguments in BP_GRADLE_BUILD_ARGUMENTS and BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS",
    {
      BP_GRADLE_BUILD_ARGUMENTS: "--no-daemon -Pname='a b' :web:bootJar",
      BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS: "--offline",
    },
    {},
    ["--build-cache", "-Pname=a b", ":web:bootJar", "--offline"],
  ],
  [
    "leave out --daemon and keep --no-build-cache",
    { BP_GRADLE_BUILD_ARGUMENTS: "--daemon --no-build-cache build" },
    {},
    ["--no-build-cache", "build"],
  ],
  [
    "are the default arguments for the default build file",
    { BP_GRADLE_BUILD_FILE: "build.gradle" },
    {},
    ["--build-cache", "assemble"],
  ],
  [
    "contain the directory of a build file in a subdirectory",
    { BP_GRADLE_BUILD_FILE: "shop/build.gradle.kts" },
    {},
    ["--build-cache", "--project-dir", "shop", "assemble"],
  ],
  [
    "contain the name of a build file that is not called build.gradle",
    { BP_GRADLE_BUILD_FILE: "ci.gradle" },
    {},
    ["--build-cache", "--build-file", "ci.gradle", "assemble"],
  ],
])("the arguments of Gradle %s", (_, settings, more, expected) => {
  expect(argumentsFor(settings, more)).toEqual([...own, ...expected]);
});

test("Gradle 9 does not support build files with other names", () => {
  expect(() => argumentsFor({ BP_GRADLE_BUILD_FILE: "ci.gradle" }, { version: "9.1.0" })).toThrow(
    expect.objectContaining({
      code: "GRADLE_BUILD_FILE_INVALID",
      message:
        'BP_GRADLE_BUILD_FILE is "ci.gradle", but Gradle 9.1.0 accepts only build.gradle and build.gradle.kts as build files',
    }),
  );
});
