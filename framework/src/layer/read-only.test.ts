// @needs cnb-tester, root
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

/** A user other than root, because for root no directory is read-only. */
function ordinaryUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "cnb-tester"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

// Two builds of layers as tools leave them: with read-only files and directories, up to the layer's own.
const twoBuilds = `
import { chmodSync, mkdirSync, writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";
const at = (file) => import(new URL(file, "${new URL("../", import.meta.url)}"));
const { buildLayers } = await at("runtime/build-layers.ts");
const { cachedLayer } = await at("layer/definition.ts");
const { override } = await at("env/modification.ts");
const { readFileMap } = await at("host/files/tree.ts");
const { recordingLogger } = await at("logger/recording-logger.ts");
const { integer, table } = await at("spec/schemas/schema.ts");

const layersDir = process.argv[1];
const create = ({ path, previous }) => {
  mkdirSync(join(path, "mod/deep"), { recursive: true });
  writeFileSync(join(path, "mod/deep/file"), previous?.path ?? "first");
  for (const name of ["mod/deep/file", "mod/deep", "mod", "."]) chmodSync(join(path, name), 0o555);
};
async function build(format, names) {
  const host = { layersDir, buildpackDir: layersDir, execEnv: "production", emit: async () => ({}), env: {} };
  const overlay = { user: {}, operator: new Map() };
  const layers = await buildLayers({ ...host, overlay, log: recordingLogger() });
  const states = [];
  for (const name of names) {
    const env = () => ({ shared: { FORMAT: override(String(format)) } });
    const metadata = { format: name === "kept" ? 1 : format };
    const layer = await layers.provide(cachedLayer(name, { metadata: table({ format: integer }) }), { metadata, create, env });
    states.push(layer.state);
  }
  await layers.finish();
  return states;
}
const states = [await build(1, ["changed", "kept", "untouched"]), await build(2, ["changed", "kept"])];
const files = await readFileMap(layersDir, { rename: (text) => text.replaceAll(layersDir, "<layers>") });
console.log(JSON.stringify([states, Object.entries(files).filter(([path]) => !path.endsWith(".toml"))]));
`;

// Trees with directories that nobody may look into, beside others that are removed at the same time.
const closedTrees = `
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
const { removeTree } = await import(new URL("host/files/files.ts", "${new URL("../", import.meta.url)}"));
const tree = join(process.argv[1], "tree");
const left = [];
for (let round = 0; round < 20; round++) {
  for (let count = 0; count < 20; count++) mkdirSync(join(tree, "open" + count, "deep"), { recursive: true });
  mkdirSync(join(tree, "closed/deep"), { recursive: true });
  writeFileSync(join(tree, "closed/deep/file"), "");
  const named = Buffer.from(join(tree, "closed/caf\\xe9"), "latin1");
  mkdirSync(named);
  writeFileSync(Buffer.concat([named, Buffer.from("/file")]), "");
  chmodSync(named, 0);
  for (const name of ["closed/deep/file", "closed/deep", "closed"]) chmodSync(join(tree, name), 0);
  await removeTree(tree);
  left.push(existsSync(tree));
}
console.log(left.some(Boolean));
`;

test("an ordinary user can remove a tree of inaccessible directories", () => {
  expect(asOrdinaryUser(closedTrees)).toBe(false);
});

test("an ordinary user can keep, replace and remove read-only layers", () => {
  expect(asOrdinaryUser(twoBuilds)).toEqual([
    [
      ["created", "created", "created"],
      ["created", "restored"],
    ],
    [
      ["changed/env/FORMAT.override", "2"],
      ["changed/mod/deep/file", "<layers>/.changed.previous"],
      ["kept/env/FORMAT.override", "2"],
      ["kept/mod/deep/file", "first"],
    ],
  ]);
});

/** The output of a script that gets a directory of that user. */
function asOrdinaryUser(script: string): unknown {
  const dir = mkdtempSync(join(tmpdir(), "libcnb-"));
  const user = ordinaryUser();
  try {
    chmodSync(dir, 0o755);
    if (user.uid !== undefined && user.gid !== undefined) chownSync(dir, user.uid, user.gid);
    const args = ["--conditions=@libcnb/source", "--input-type=module", "--eval", script, "--", dir];
    return JSON.parse(execFileSync(process.execPath, args, { ...user, cwd: dir, encoding: "utf8" }));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
