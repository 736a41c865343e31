import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { zipOf } from "../../../../test/support/zip.ts";
import type { Module, ResolvedArtifact } from "../build-tool.ts";
import { appComponent, components } from "./components.ts";
import { packagesOf } from "./packages.ts";

async function inFolder<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (root: string) => Promise<Result>,
): Promise<Result> {
  const root = await mkdtemp(join(tmpdir(), "repository-"));
  try {
    for (const [name, contents] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), contents);
    }
    return await work(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

const artifact = (name: string, rest: Partial<ResolvedArtifact> = {}): ResolvedArtifact => ({
  id: `g:${name}:1`,
  group: "g",
  name,
  version: "1",
  type: "jar",
  scope: "compile",
  dependencies: [],
  ...rest,
});
const module = (name: string, rest: Partial<Module> = {}): Module => ({
  group: "app",
  name,
  version: "1",
  dir: name,
  dependencies: [],
  resolved: [],
  ...rest,
});

test("a package has the scope of the module in the image, and a package that only other modules have is a development package", async () => {
  const core = module("core", { resolved: [artifact("a"), artifact("t", { scope: "test" })] });
  const web = module("web", {
    dependencies: ["app:core:1", "g:a:1", "g:p:1", "g:b:1:tests"],
    resolved: [
      artifact("core", { id: "app:core:1", group: "app", isModule: true, dependencies: ["g:a:1"] }),
      artifact("a", { scope: "runtime", dependencies: ["g:s:1", "g:nobody:1"] }),
      artifact("s", { scope: "system" }),
      artifact("p", { scope: "provided" }),
      artifact("b", { id: "g:b:1:tests", type: "test-jar", classifier: "tests", scope: "test" }),
    ],
  });
  const tools = module("tools", { licenses: ["MIT"], resolved: [artifact("c", { dependencies: ["g:a:1"] })] });
  const packages = await packagesOf({ modules: [core, tools, web] }, "web");
  expect(packages.map(({ id, role = "", scope }) => `${id} ${role} ${scope}`)).toEqual([
    "app:core:1 module runtime",
    "app:tools:1 module development",
    "app:web:1 app runtime",
    "g:a:1  runtime",
    "g:b:1:tests  development",
    "g:c:1  development",
    "g:p:1  development",
    "g:s:1  runtime",
    "g:t:1  development",
  ]);
  expect(JSON.parse(JSON.stringify(packages))).toEqual(packages);
  expect(appComponent(packages)).toEqual({
    type: "application",
    group: "app",
    name: "web",
    version: "1",
    scope: "required",
    dependencies: [
      "app/core@1",
      "pkg:maven/g/a@1",
      "pkg:maven/g/b@1?classifier=tests&type=test-jar",
      "pkg:maven/g/p@1",
    ],
  });
  const described = components(packages).map(
    ({ purl, group, name, scope, dependencies }) => `${purl ?? `${group}/${name}`} ${scope} ${dependencies?.join()}`,
  );
  expect(described).toEqual([
    "app/core required ",
    "app/tools excluded ",
    "pkg:maven/g/a@1 required pkg:maven/g/s@1",
    "pkg:maven/g/b@1?classifier=tests&type=test-jar excluded ",
    "pkg:maven/g/c@1 excluded pkg:maven/g/a@1",
    "pkg:maven/g/p@1 excluded ",
    "pkg:maven/g/s@1 required ",
    "pkg:maven/g/t@1 excluded ",
  ]);
});

test("a dependency graph without modules has no packages", async () => {
  expect(await packagesOf({ modules: [] }, "")).toEqual([]);
});

const pom = (inner: string) => `<project><artifactId>x</artifactId>${inner}</project>`;
const license = (name: string) => `<licenses><license><name>${name}</name></license></licenses>`;
const parent = (name: string, version = "1") =>
  `<parent><groupId>g.h</groupId><artifactId>${name}</artifactId><version>${version}</version></parent>`;
const bundle = zipOf([
  { name: "META-INF/MANIFEST.MF", text: "Bundle-License: https://www.apache.org/licenses/LICENSE-2.0\n" },
]);

const repository: Readonly<Record<string, string | Uint8Array>> = {
  "own/1/own-1.pom": pom(license("MIT License")),
  "inherited/1/inherited-1.pom": pom(parent("middle")),
  "middle/1/middle-1.pom": pom(parent("top")),
  "top/1/top-1.pom": pom(license("The Apache License, Version 2.0")),
  "circle/1/circle-1.pom": pom(parent("circle")),
  "climber/1/climber-1.pom": pom(parent("..", "../../outside")),
  "orphan/1/orphan-1.pom": pom(parent("nowhere")),
  "damaged/1/damaged-1.pom": "<project>",
  "bundle/1/bundle-1.pom": pom(""),
};
const expected: Readonly<Record<string, readonly string[]>> = {
  own: ["MIT"],
  inherited: ["Apache-2.0"],
  circle: [],
  climber: [],
  orphan: [],
  damaged: [],
  bundle: ["Apache-2.0"],
  absent: [],
};
const names = Object.keys(expected);

/** Files of the repository, in the places that a tool gives them. */
const written = (location: (path: string) => string) =>
  Object.fromEntries([
    ...Object.entries(repository).map(([path, contents]) => [location(path), contents]),
    ...names
      .filter((name) => name !== "absent")
      .map((name) => [location(`${name}/1/${name}-1.jar`), name === "bundle" ? bundle : "jar"]),
  ]);

const inMaven = (path: string): string => `repository/g/h/${path}`;
const inGradle = (path: string): string =>
  `files-2.1/g.h/${path.replace(/[^/]+$/, (file) => `${file.length}abc/${file}`)}`;

test.for<[string, (path: string) => string, boolean]>([
  ["Maven's repository if the build reports the files of the poms", inMaven, true],
  ["Maven's repository if the build reports only the files of the jars", inMaven, false],
  ["Gradle's cache if the build reports the files of the poms", inGradle, true],
  ["Gradle's cache if the build reports only the files of the jars", inGradle, false],
])("licenses are read from the poms of packages and their parents in %s", async ([, location, reportsPoms]) => {
  const outside = { "outside/outside.pom": pom(license("no")), "repository/g/outside/..-.pom": pom(license("no")) };
  const found = await inFolder({ ...written(location), ...outside }, async (root) => {
    const resolved = names.map((name) => ({
      ...artifact(name, { group: "g.h", file: join(root, location(`${name}/1/${name}-1.jar`)) }),
      ...(reportsPoms && { pom: join(root, location(`${name}/1/${name}-1.pom`)) }),
    }));
    return packagesOf({ modules: [module("app", { resolved })] }, "app");
  });
  const licenses = found.filter(({ role }) => role === undefined).map(({ name, licenses }) => [name, licenses]);
  expect(Object.fromEntries(licenses)).toEqual(expected);
});

test("the digests of packages are those of their files", async () => {
  const [, found] = await inFolder({ "a.jar": "jar" }, async (root) =>
    packagesOf({ modules: [module("app", { resolved: [artifact("a", { file: join(root, "a.jar") })] })] }, "app"),
  );
  expect(found?.digests).toEqual({
    sha1: "f92e777f4341930bad9b2422283c4680d00dbc06",
    sha256: "0163f1eea7894350060624d315234d40c508ab251ba121714e234503045faadd",
  });
});
