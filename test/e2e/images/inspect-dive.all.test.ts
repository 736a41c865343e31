import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import {
  createLayer,
  emptyImage,
  type Image,
  openBlobStore,
  parseImageReference,
  type TarEntry,
} from "@libcnb/packager/oci";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { diveFigures } from "../../../builder-packager/src/inspect/tree/dive-figures.ts";
import { imageTrees } from "../../../builder-packager/src/inspect/tree/image-trees.ts";
import { execute } from "../../support/cnb.ts";
import { copyGoModule, goBuild } from "../../support/lifecycle/go-module.ts";

/** The figures that dive shows of generated images beside ours: equal, peculiarities included. */
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "dive-"));
  await mkdir(join(dir, "home"));
  const source = join(dir, "source");
  await copyGoModule("github.com/wagoodman/dive@v0.13.1", source);
  await goBuild(source, ".", join(dir, "dive"));
}, 900_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

// names that sort before and after ".wh.", and among each other
const name = fc.constantFrom("a", "b", "-x", ".a", "d", "0", "ü");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join("/")}`);
const common = { mode: 0o755, uid: 0, gid: 0 };
const whiteout = (of: string) => of.replace(/[^/]+$/, (last) => `.wh.${last}`);
const entry: fc.Arbitrary<TarEntry> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(path, fc.nat(50)).map(([at, size]) => fileOf(at, size)) },
  { weight: 2, arbitrary: path.map((at): TarEntry => ({ ...common, type: "directory", path: at })) },
  { weight: 2, arbitrary: path.map((at) => fileOf(whiteout(at), 0)) },
  { weight: 1, arbitrary: path.map((at) => fileOf(`${at}/.wh..wh..opq`, 0)) },
  { weight: 1, arbitrary: path.map((at): TarEntry => ({ ...common, type: "symlink", path: at, target: "a" })) },
);
const images = fc.array(fc.array(entry, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 5 });

function fileOf(at: string, size: number): TarEntry {
  return { ...common, type: "file", path: at, content: Buffer.alloc(size) };
}

async function imageOf(layers: readonly (readonly TarEntry[])[]): Promise<Image> {
  const store = await openBlobStore(join(dir, "blobs"));
  const made = await Promise.all(layers.map((entries) => createLayer(entries, store)));
  // an archive has equal layers once, and dive would look for the second
  const once = new Map(made.map((layer) => [layer.diffId, { layer }]));
  return oci.mutate.appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [...once.values()]);
}

interface Figures {
  readonly efficiency: number;
  readonly wasted: number;
  readonly paths: readonly string[];
}

async function ofDive(image: Image): Promise<Figures> {
  const [archive, report] = [join(dir, "image.tar"), join(dir, "report.json")];
  await Promise.all([archive, report].map((file) => rm(file, { force: true })));
  await oci.write(image, parseImageReference(`docker-archive:${archive}`), { name: "x:1" });
  const env = { ...process.env, HOME: join(dir, "home") };
  const args = [`docker-archive://${archive}`, "--json", report];
  const { exitCode, stdout, stderr } = await execute(join(dir, "dive"), args, { env });
  if (exitCode !== 0) throw new Error(stdout + stderr);
  const { efficiencyScore, inefficientBytes, fileReference } = JSON.parse(await readFile(report, "utf8")).image;
  const paths = fileReference.map((each: { file: string; count: number; sizeBytes: number }) =>
    [each.file, each.count, each.sizeBytes].join(" "),
  );
  return { efficiency: efficiencyScore, wasted: inefficientBytes, paths: paths.sort() };
}

async function ofOurs(image: Image): Promise<Figures> {
  const [trees = []] = await imageTrees([image]);
  const { efficiency, wastedBytes, paths } = diveFigures(trees);
  return {
    efficiency,
    wasted: wastedBytes,
    paths: paths.map((each) => [each.path, each.count, each.bytes].join(" ")).sort(),
  };
}

test("dive 0.13.1 and cnb inspect report the same figures for 300 generated images", { timeout: 900_000 }, async () => {
  const compare = async (layers: readonly (readonly TarEntry[])[]) => {
    const image = await imageOf(layers);
    expect(await ofOurs(image)).toEqual(await ofDive(image));
  };
  await fc.assert(fc.asyncProperty(images, compare), { numRuns: 300, seed: 8 });
});
