import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFiles } from "libcnb/testing";
import { expect, test } from "vitest";
import { artifactsOf } from "./artifacts.ts";
import type { ReportedArchive } from "./report.ts";

const types: Readonly<Record<string, readonly string[]>> = {
  bootJar: ["BootJar_Decorated", "BootJar", "Jar", "Zip"],
  bootWar: ["BootWar_Decorated", "BootWar", "War", "Jar", "Zip"],
  shadowJar: ["ShadowJar_Decorated", "ShadowJar", "Jar", "Zip"],
  war: ["War_Decorated", "War", "Jar", "Zip"],
};

/** `jar libs/shop.jar`, `jar libs/shop-plain.jar plain` */
function archive(line: string, buildDir: string): ReportedArchive {
  const [task = "", file = "", classifier = ""] = line.split(" ");
  return { task, file: join(buildDir, file), classifier, types: types[task] ?? ["Jar", "Zip"], libraries: null };
}

test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ["the only jar", ["jar libs/a.jar"], [], ["archive build/libs/a.jar"]],
  [
    "the jar rather than its sources and documentation",
    ["jar libs/a.jar", "sourcesJar libs/a-sources.jar sources", "javadocJar libs/a-javadoc.jar javadoc"],
    [],
    ["archive build/libs/a.jar"],
  ],
  [
    "the archive of Spring Boot",
    ["jar libs/a-plain.jar plain", "bootJar libs/a.jar", "bootDistZip distributions/a.zip"],
    [],
    ["archive build/libs/a.jar"],
  ],
  ["the WAR of Spring Boot", ["war libs/a-plain.war plain", "bootWar libs/a.war"], [], ["archive build/libs/a.war"]],
  [
    "the jar with all dependencies",
    [
      "jar libs/a.jar",
      "shadowJar libs/a-all.jar all",
      "distZip distributions/a.zip",
      "shadowDistZip distributions/a-shadow.zip",
    ],
    [],
    ["archive build/libs/a-all.jar"],
  ],
  [
    "a distribution as a zip archive",
    ["jar libs/a.jar", "distZip distributions/a.zip", "distTar distributions/a.tar"],
    [],
    ["distribution build/distributions/a.zip"],
  ],
  [
    "a distribution as a tar archive",
    ["jar libs/a.jar", "distTar distributions/a.tar"],
    [],
    ["distribution build/distributions/a.tar"],
  ],
  ["an installed distribution", ["jar libs/a.jar"], ["install/a/bin/a"], ["folder build/install/a"]],
  ["the directory of Quarkus", ["jar libs/a.jar"], ["quarkus-app/quarkus-run.jar"], ["folder build/quarkus-app"]],
  ["the uber-jar of Quarkus", ["jar libs/a.jar"], ["a-runner.jar"], ["archive build/a-runner.jar"]],
  ["missing if the jar was not built", ["jar libs/absent.jar"], [], []],
])("the artifact of a Gradle build is %s", async (_, lines, more, expected) => {
  const app = await mkdtemp(join(tmpdir(), "libcnb-artifacts-"));
  try {
    const buildDir = join(app, "shop/build");
    const archives = lines.map((line) => archive(line, buildDir));
    const files = [...lines.map((line) => line.split(" ")[1] ?? ""), ...more].filter(
      (file) => !file.includes("absent"),
    );
    await writeFiles(buildDir, Object.fromEntries(files.map((file) => [file, ""])));
    const project = {
      path: ":shop",
      dir: join(app, "shop"),
      buildDir,
      coordinates: ["a", "b", "1"],
      archives,
    } as const;
    const found = artifactsOf(app, app, {
      ...project,
      installations: [join(buildDir, "install/a")],
      configurations: [],
    });
    expect(found.map(({ kind, path, module }) => ({ kind, path, module }))).toEqual(
      expected.map((each) => {
        const [kind, path] = each.split(" ");
        return { kind, path: `shop/${path}`, module: "shop" };
      }),
    );
  } finally {
    await rm(app, { recursive: true });
  }
});
