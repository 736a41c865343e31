import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BuildpackDescriptor } from "../formats/descriptor.ts";
import { sandboxFiles } from "../rootfs/sandbox-files.ts";
import { readOutputs } from "./build-outputs.ts";
import { readBuiltLayers } from "./layer-files.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "layer-files-"));
  mkdirSync(join(dir, "test_it"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (path: string) => join(dir, "test_it", path);
const files = () => sandboxFiles("/nowhere", [{ source: dir, target: "/layers" }]);
const group = [{ id: "test/it", version: "1.0.0" }];
const descriptor = { api: "0.10", id: "test/it", sbomFormats: [] } as unknown as BuildpackDescriptor;
const outputs = () => readOutputs(files(), descriptor, []);
const layers = async () => (await readBuiltLayers(files(), group))[0]?.layers;

function write(path: string, text = ""): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

const kinds: Readonly<Record<string, (path: string) => void>> = {
  "a directory": (path) => mkdirSync(at(path)),
  "a link to nothing": (path) => symlinkSync("/nowhere", at(path)),
  "a link to itself": (path) => symlinkSync(at(path).replace(dir, "/layers"), at(path)),
  "a link through a file": (path) => symlinkSync("buildpack.log/x", at(path)),
  "a link into a closed directory": (path) => symlinkSync("closed/x", at(path)),
  "an unreadable file": (path) => writeFileSync(at(path), "", { mode: 0 }),
};
const unreachable = [
  "a link to itself",
  "a link through a file",
  "a link into a closed directory",
  "an unreadable file",
];

/**
 * The entries for which the lifecycle fails during the build, or at export. Any other entry counts
 * as an absent file.
 */
const fails: Readonly<Record<string, { readonly build: readonly string[]; readonly export: readonly string[] }>> = {
  "launch.toml": { build: ["a directory", ...unreachable], export: [] },
  "build.toml": { build: ["a directory", ...unreachable], export: [] },
  "store.toml": { build: unreachable, export: ["a link to nothing", ...unreachable] },
  "a.toml": { build: unreachable, export: ["a directory", ...unreachable] },
  "a.sha": { build: [], export: ["a directory", ...unreachable] },
};

test.for(
  Object.entries(fails).flatMap(([path, expected]) =>
    Object.keys(kinds).map((kind) => [path, kind, expected] as const),
  ),
)(
  "as in the lifecycle, a build whose file %s is %s succeeds, or fails in the same step",
  async ([path, kind, expected]) => {
    write("buildpack.log");
    write("closed/x");
    chmodSync(at("closed"), 0);
    mkdirSync(at("a"));
    if (path !== "a.toml") write("a.toml");
    kinds[kind]?.(path);
    const ended = (work: Promise<unknown>) =>
      work.then(
        () => "passes",
        () => "fails",
      );
    const failures = { build: await ended(outputs()), export: await ended(layers()) };
    chmodSync(at("closed"), 0o700);
    expect(failures).toEqual({
      build: expected.build.includes(kind) ? "fails" : "passes",
      export: expected.export.includes(kind) ? "fails" : "passes",
    });
  },
);

test("a NAME.toml that is a dangling symbolic link defines a layer without types", async () => {
  symlinkSync("/nowhere", at("a.toml"));
  expect([...(await outputs()).layers]).toEqual([["a", { build: false, launch: false, cache: false }]]);
});

test("a directory named store.toml is a layer", async () => {
  mkdirSync(at("store.toml"));
  expect((await layers())?.map(({ name }) => name)).toEqual(["store.toml"]);
});

test.for<[string, string, boolean]>([
  ["a directory is treated as a layer with contents", ".", true],
  ["a missing path is treated as a layer without contents", "nowhere", false],
  ["itself is treated as a layer with contents", "a", true],
])("as in the lifecycle, a layer directory that is a symbolic link to %s", async ([, target, hasContents]) => {
  write("a.toml", "[types]\nlaunch = true");
  symlinkSync(target, at("a"));
  expect((await layers())?.map(({ hostPath }) => hostPath)).toEqual([hasContents ? at("a") : undefined]);
});
