import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mavenUrl } from "@libcnb/java-app/coordinates";
import type { FileMap } from "libcnb/testing";
import { afterAll, expect, test } from "vitest";
import { writeFileMap } from "../../../../framework/src/host/files/tree.ts";
import { execute } from "../../../../test/support/cnb.ts";
import { gradleSpring } from "../../../../test/support/java/frameworks.ts";
import { installedGradle } from "../../../../test/support/java/gradle-archives.ts";
import { main, modules, source } from "../gradle/test-apps.ts";
import { gradleMachine, repositoryScript } from "../gradle/test-gradle.ts";
import { componentsIn, namesOf } from "../test-sbom.ts";

// of two whole builds with all of their downloads
const timeout = 900_000;

const machine = await gradleMachine("11");
afterAll(() => machine[Symbol.asyncDispose](), timeout);

/** The dependencies that `gradle dependencies` lists for an app or one of its modules, by configuration. */
async function dependencies(
  app: FileMap,
  module: string,
  configurations: readonly string[],
): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), "gradle-dependencies-"));
  try {
    await writeFileMap(dir, { ...app, "init.gradle": repositoryScript(machine.repository) });
    const { JAVA_HOME = "", PATH = "" } = machine.given.env ?? {};
    const env = { JAVA_HOME, PATH, HOME: dir, GRADLE_USER_HOME: join(dir, ".gradle-home") };
    const lists: string[] = [];
    for (const each of configurations) {
      const args = [
        "--no-daemon",
        "--console=plain",
        "-I",
        "init.gradle",
        `${module}:dependencies`,
        "--configuration",
        each,
      ];
      const { exitCode, stdout } = await execute(join(await installedGradle(), "bin/gradle"), args, { cwd: dir, env });
      expect(exitCode, stdout).toBe(0);
      lists.push(...listed(stdout));
    }
    return [...new Set(lists)].toSorted();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** `|    +--- org.slf4j:slf4j-api:1.7.36 -> 2.0.13 (*)`, `\--- project :core` */
const listed = (text: string): readonly string[] =>
  Array.from(text.matchAll(/^[| ]*[+\\]--- (\S+)(?: (:\S+))?(?: -> (\S+))?/gm), ([, asked = "", project, chosen]) => {
    if (asked === "project") return `com.example/${project?.split(":").at(-1)}@1.0.0`;
    const [group = "", name = "", version = ""] = (chosen?.includes(":") ? chosen : asked).split(":");
    return mavenUrl({ group, name, version: chosen?.includes(":") === false ? chosen : version });
  });

const various: FileMap = {
  "settings.gradle": "rootProject.name = 'various'\n",
  "build.gradle": `apply plugin: 'application'
mainClassName = 'com.example.Main'
repositories { mavenCentral() }
dependencies {
  implementation 'org.slf4j:slf4j-api:1.7.36'
  runtimeOnly 'org.slf4j:slf4j-simple:2.0.13'
  compileOnly 'javax.servlet:javax.servlet-api:4.0.1'
  implementation('com.google.guava:guava:31.1-jre') { exclude group: 'com.google.j2objc' }
  implementation 'io.netty:netty-transport-native-epoll:4.1.118.Final:linux-x86_64'
  testImplementation 'junit:junit:4.13.2'
}
`,
  [source]: main,
};

const all = ["compileClasspath", "runtimeClasspath", "testCompileClasspath", "testRuntimeClasspath"];

test.for<[string, FileMap, string, Readonly<Record<string, string>>]>([
  ["an app with conflicts, exclusions and classifiers", various, "", {}],
  ["a module that depends on another", modules, ":tools:worker", { BP_GRADLE_BUILT_MODULE: "tools/worker" }],
  ["a Spring Boot app", gradleSpring(), "", {}],
])("the components of %s match gradle dependencies", { timeout }, async ([, app, module, env]) => {
  const { layers } = await machine.build(app, { env });
  const [launch, whole] = [componentsIn(layers, "launch"), componentsIn(layers, "build")];
  const plain = (names: readonly string[]) => [...new Set(names.map((name) => name.replace(/\?.*/, "")))].toSorted();
  expect(plain(namesOf(launch))).toEqual(await dependencies(app, module, ["runtimeClasspath"]));
  if (module === "") expect(plain(namesOf(whole))).toEqual(await dependencies(app, module, all));
  const poor = launch.filter(
    ({ purl, licenses = [], hashes = [] }) => purl !== undefined && (licenses.length === 0 || hashes.length === 0),
  );
  expect(poor.map(({ purl }) => purl)).toEqual([]);
});
