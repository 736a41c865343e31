import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { zipOf } from "../../../../test/support/zip.ts";
import type { Artifact } from "../build-tool.ts";
import { candidateOf } from "./choose.ts";
import { layOut } from "./unpack.ts";

const manifest = (text: string) => ({ name: "META-INF/MANIFEST.MF", text: `Manifest-Version: 1.0\r\n${text}\r\n` });
const boot = zipOf([
  manifest("Main-Class: l.JarLauncher\r\n"),
  { name: "BOOT-INF/classes/A.class", text: "a", mode: 0o100600 },
  {
    name: "META-INF/maven/g/a/pom.properties",
    text: "#Created by Apache Maven\n#Sun Nov 22 08:00:00 UTC 2026\nversion=1\n",
  },
]);

/** The files of a laid out artifact: texts by path. `*` marks executable files. */
async function laidOut(
  app: FileMap,
  artifact: Artifact,
  isOneOfSeveral = false,
): Promise<Readonly<Record<string, string>>> {
  const modes = new Map<string, string>();
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build({ app, layers }) {
      const to = join(layers.dir, "out");
      await layOut(app, await candidateOf(app, artifact), to, isOneOfSeveral);
      for (const name of ["bin/start", "lib/a.jar"])
        modes.set(name, ((statSync(join(to, name), { throwIfNoEntry: false })?.mode ?? 0) & 0o777).toString(8));
      chmodSync(to, 0o755);
    },
  });
  const { layers } = await build(buildpack, { app });
  const files = Object.entries(layers).filter(([path]) => path.startsWith("out/"));
  const marked = (path: string) => (modes.get(path) === "755" ? `${path}*` : path);
  return Object.fromEntries(files.map(([path, text]) => [marked(path.slice("out/".length)), String(text)]));
}

const archive = (path: string): Artifact => ({ path, kind: "archive", module: "" });

test("a Spring Boot archive is unpacked with constant file times", async () =>
  expect(await laidOut({ "target/a.jar": boot }, archive("target/a.jar"))).toEqual({
    "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\nMain-Class: l.JarLauncher\r\n\r\n",
    "BOOT-INF/classes/A.class": "a",
    "META-INF/maven/g/a/pom.properties": "version=1\n",
  }));

test("a jar that needs no unpacking is kept together with the libraries in its Class-Path", async () => {
  const app = {
    "target/a.jar": zipOf([manifest("Main-Class: a.B\r\nClass-Path: lib/b.jar missing.jar\r\n")]),
    "target/lib/b.jar": "b",
    "target/lib/c.jar": "c",
  };
  const found = await laidOut(app, archive("target/a.jar"));
  expect(Object.keys(found).toSorted()).toEqual(["a.jar", "lib/b.jar"]);
});

test.for<[string, string]>([
  ["a top-level directory", "shop-1.0/"],
  ["no top-level directory", ""],
])("a distribution with %s is unpacked", async ([, top]) => {
  const zip = zipOf([
    { name: `${top}bin/start`, text: "#!/bin/sh\n", mode: 0o100755 },
    { name: `${top}lib/a.jar`, text: "a", mode: 0o100600 },
  ]);
  const artifact = { path: "build/shop.zip", kind: "distribution", module: "" } as const;
  expect(await laidOut({ "build/shop.zip": zip }, artifact)).toEqual({ "bin/start*": "#!/bin/sh\n", "lib/a.jar": "a" });
});

test("a jar keeps its file name if it is one of several artifacts", async () =>
  expect(Object.keys(await laidOut({ "target/a.jar": boot }, archive("target/a.jar"), true))).toEqual(["a.jar"]));

test("an artifact that is a directory is moved with its contents", async () =>
  expect(
    await laidOut({ "target/quarkus-app/lib/a.jar": "a" }, { path: "target/quarkus-app", kind: "folder", module: "" }),
  ).toEqual({ "lib/a.jar": "a" }));
