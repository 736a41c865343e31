// @needs processes
import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inTemporaryDirectory } from "./files/temporary-directory.ts";
import { readFileMap } from "./files/tree.ts";
import { LayerDirectory, restoredLayers } from "./layer-directory.ts";

const files = { "env.launch/web/PORT.default": "8080", "env.launch/A.override": "a", "env/B.append": "b" };

const execD = new Map([["exec.d/web/00-port", Buffer.from("#!/bin/sh\n")]]);

/** The times by which a platform recognizes an unchanged directory. */
const stamps = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: "utf8" })
    .sort()
    .map((path) => [path, lstatSync(join(dir, path)).ino, lstatSync(join(dir, path)).ctimeMs]);

async function withLayer(work: (layer: LayerDirectory) => Promise<void>): Promise<void> {
  await inTemporaryDirectory(async (dir) => {
    const layer = new LayerDirectory(dir, "layer");
    await layer.begin();
    await layer.write({ env: files, execD });
    await work(layer);
  });
}

test("an unchanged environment of a layer is not rewritten", () =>
  withLayer(async (layer) => {
    const before = stamps(layer.path);
    await layer.write({ env: files, execD });
    expect(stamps(layer.path)).toEqual(before);
  }));

test.for([
  ["a changed value", (dir: string) => writeFileSync(join(dir, "env.launch/A.override"), "b")],
  ["a changed file mode", (dir: string) => chmodSync(join(dir, "env.launch/A.override"), 0o600)],
  ["a changed directory mode", (dir: string) => chmodSync(join(dir, "env.launch/web"), 0o700)],
  ["a changed exec.d program", (dir: string) => writeFileSync(join(dir, "exec.d/web/00-port"), "#!/bin/bash\n")],
  ["an exec.d program that is not executable", (dir: string) => chmodSync(join(dir, "exec.d/web/00-port"), 0o644)],
  ["an additional exec.d program", (dir: string) => writeFileSync(join(dir, "exec.d/old"), "")],
  ["an additional file", (dir: string) => writeFileSync(join(dir, "env.launch/web/OLD"), "")],
  ["a file in place of a directory", (dir: string) => writeFileSync(join(dir, "env.build"), "")],
  [
    "a file with a name that is not UTF-8 in place of another",
    (dir: string) => {
      rmSync(join(dir, "env.launch/web/PORT.default"));
      writeFileSync(Buffer.from(join(dir, "env.launch/web/caf\xe9"), "latin1"), "");
    },
  ],
  ["a missing file", (dir: string) => rmSync(join(dir, "env.launch/web/PORT.default"))],
  [
    "a symbolic link to the same text",
    (dir: string) => {
      writeFileSync(join(dir, "elsewhere"), "a");
      rmSync(join(dir, "env.launch/A.override"));
      symlinkSync("../elsewhere", join(dir, "env.launch/A.override"));
    },
  ],
] as const)("the environment of a layer is rewritten because of %s", ([, change]) =>
  withLayer(async (layer) => {
    change(layer.path);
    await layer.write({ env: files, execD });
    rmSync(join(layer.path, "elsewhere"), { force: true });
    expect(await readFileMap(layer.path)).toEqual({ ...files, "exec.d/web/00-port": "#!/bin/sh\n" });
    const before = stamps(layer.path);
    await layer.write({ env: files, execD }); // modes are right as well: there is nothing to do
    expect(stamps(layer.path)).toEqual(before);
  }),
);

test("the environment of a layer is removed if the layer no longer has an environment", () =>
  withLayer(async (layer) => {
    await layer.write({ env: {}, execD: new Map() });
    expect(await readFileMap(layer.path)).toEqual({});
  }));

test("a read-only layer gets its environment and remains read-only", () =>
  withLayer(async (layer) => {
    chmodSync(layer.path, 0o555);
    await layer.write({ env: { "env/A.override": "new" }, execD: new Map() });
    expect([await readFileMap(layer.path), lstatSync(layer.path).mode & 0o777]).toEqual([
      { "env/A.override": "new" },
      0o555,
    ]);
  }));

test.for([
  ["an empty directory", ["bin/"], (dir: string) => mkdirSync(join(dir, "bin"))],
  [
    "a directory with a file",
    ["bin/node"],
    (dir: string) => {
      mkdirSync(join(dir, "bin"));
      writeFileSync(join(dir, "bin", "node"), "");
    },
  ],
  [
    "a symbolic link to a directory",
    ["bin/node"],
    (dir: string) => {
      mkdirSync(join(dir, "there"));
      writeFileSync(join(dir, "there", "node"), "");
      symlinkSync("there", join(dir, "bin"));
    },
  ],
  ["a regular file", ["bin/"], (dir: string) => writeFileSync(join(dir, "bin"), "")],
  ["a dangling symbolic link", [], (dir: string) => symlinkSync("absent", join(dir, "bin"))],
  ["missing", [], () => {}],
] as const)("the listing of a layer whose bin/ is %s has the names %j", ([, names, make]) =>
  withLayer(async (layer) => {
    make(layer.path);
    expect(await layer.namesIn(["bin", "lib"])).toEqual(names);
  }),
);

test("files in the layers directory with invalid layer names are not restored layers", () =>
  inTemporaryDirectory(async (root) => {
    const layersDir = join(root, "layers");
    mkdirSync(layersDir);
    for (const name of [".toml", "..toml", "...toml", "launch.toml", "old.toml"])
      writeFileSync(join(layersDir, name), "");
    expect([...(await restoredLayers(layersDir)).keys()]).toEqual(["old"]);
  }));

test("a restored layer has invalid metadata if its TOML file is a directory, a circular link or a pipe", () =>
  inTemporaryDirectory(async (dir) => {
    mkdirSync(join(dir, "directory.toml"));
    symlinkSync("link.toml", join(dir, "link.toml"));
    execFileSync("mkfifo", [join(dir, "pipe.toml")]);
    const restored = (name: string) => [
      name,
      { metadata: { issues: [{ path: "", message: `${name}.toml is not a file` }] }, hasContents: false },
    ];
    expect([...(await restoredLayers(dir))]).toEqual(["directory", "link", "pipe"].map(restored));
  }));

test("files in bin/ of a layer whose names are not UTF-8 are listed as different files", () =>
  withLayer(async (layer) => {
    mkdirSync(join(layer.path, "bin"));
    for (const name of ["\xe8", "\xe9", "a"]) writeFileSync(Buffer.from(join(layer.path, "bin", name), "latin1"), "");
    expect(await layer.namesIn(["bin"])).toEqual(["bin/a", "bin/\udce8", "bin/\udce9"]);
  }));
