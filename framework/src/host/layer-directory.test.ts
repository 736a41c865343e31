import { chmodSync, lstatSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LayerDirectory } from "./layer-directory.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";
import { readFileMap } from "./tree.ts";

const files = { "env.launch/web/PORT.default": "8080", "env.launch/A.override": "a", "env/B.append": "b" };

/** What tells a platform that nobody wrote there. */
const stamps = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: "utf8" })
    .sort()
    .map((path) => [path, lstatSync(join(dir, path)).ino, lstatSync(join(dir, path)).ctimeMs]);

async function withLayer(work: (layer: LayerDirectory) => Promise<void>): Promise<void> {
  await inTemporaryDirectory(async (dir) => {
    const layer = new LayerDirectory(dir, "layer");
    await layer.begin();
    await layer.writeEnv(files);
    await work(layer);
  });
}

test("an environment that is as it should be stays untouched", () =>
  withLayer(async (layer) => {
    const before = stamps(layer.path);
    await layer.writeEnv(files);
    expect(stamps(layer.path)).toEqual(before);
  }));

test.for([
  ["another text", (dir: string) => writeFileSync(join(dir, "env.launch/A.override"), "b")],
  ["another mode", (dir: string) => chmodSync(join(dir, "env.launch/A.override"), 0o600)],
  ["another mode of a directory", (dir: string) => chmodSync(join(dir, "env.launch/web"), 0o700)],
  ["a file too many", (dir: string) => writeFileSync(join(dir, "env.launch/web/OLD"), "")],
  ["a file in a directory that should not be", (dir: string) => writeFileSync(join(dir, "env.build"), "")],
  ["a file too few", (dir: string) => rmSync(join(dir, "env.launch/web/PORT.default"))],
  [
    "a link to the same text",
    (dir: string) => {
      writeFileSync(join(dir, "elsewhere"), "a");
      rmSync(join(dir, "env.launch/A.override"));
      symlinkSync("../elsewhere", join(dir, "env.launch/A.override"));
    },
  ],
] as const)("an environment with %s is written anew", ([, change]) =>
  withLayer(async (layer) => {
    change(layer.path);
    await layer.writeEnv(files);
    rmSync(join(layer.path, "elsewhere"), { force: true });
    expect(await readFileMap(layer.path)).toEqual(files);
    const before = stamps(layer.path);
    await layer.writeEnv(files); // modes are right as well: there is nothing to do
    expect(stamps(layer.path)).toEqual(before);
  }),
);

test("an environment that is no longer wanted is removed", () =>
  withLayer(async (layer) => {
    await layer.writeEnv({});
    expect(await readFileMap(layer.path)).toEqual({});
  }));
