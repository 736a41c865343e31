// @needs root
import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { linkTarget, namesIn, onDisk } from "../files/file-name.ts";
import { writeImage } from "../oci/image-io.ts";
import { blobLayer } from "../oci/layers/blob-layer.ts";
import { extractImage } from "../oci/layers/extract.ts";
import { digestOf } from "../oci/model/digest.ts";
import type { Image, Layer } from "../oci/model/image.ts";
import { mediaTypes } from "../oci/model/media-type.ts";
import { appendLayers, emptyImage } from "../oci/model/mutate.ts";
import { silentReporter } from "../reporter.ts";
import type { TarEntry } from "../tar/entry.ts";
import { tarStream } from "../tar/write.ts";
import { unpackImage } from "./unpack-image.ts";

/** Images that share the files of their layers have the trees that unpacking each by itself makes. */
let dir = "";
let cacheDir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "unpack "));
  cacheDir = join(dir, "cache");
  onTestFinished(() => {
    execFileSync("chmod", ["-R", "u+rwx", dir]);
    rmSync(dir, { recursive: true, force: true });
  });
});

/** Counts how often a layer is read. */
const reads = new Map<string, number>();

async function layerOf(entries: readonly TarEntry[]): Promise<Layer> {
  const bytes = await buffer(tarStream(entries));
  const digest = digestOf(bytes);
  const open = () => {
    reads.set(digest, (reads.get(digest) ?? 0) + 1);
    return Readable.from([bytes]);
  };
  return blobLayer({ diffId: digest, digest, size: bytes.length, mediaType: mediaTypes.ociLayer, where: "test", open });
}

const imageOf = (...layers: readonly Layer[]): Image =>
  appendLayers(
    emptyImage({ os: "linux", architecture: "amd64" }),
    layers.map((layer) => ({ layer })),
  );

const unpack = (image: Image): Promise<string> => unpackImage(image, { cacheDir, reporter: silentReporter });

async function extracted(image: Image, ownership: "keep" | "ignore" = "keep"): Promise<string> {
  const root = join(mkdtempSync(join(dir, "extracted-")), "root");
  await extractImage(image, root, { ownership, devices: "skip" });
  return root;
}

/** The entries in a root: kind, mode, owner, time, contents, and the other names of files. */
function treeOf(root: string): readonly string[] {
  const [lines, names]: [[string, string, number][], Map<number, string[]>] = [[], new Map()];
  const look = (path: string) => {
    const file = join(root, path);
    const stats = lstatSync(onDisk(file));
    const target = stats.isSymbolicLink() ? linkTarget(file) : "";
    const content = stats.isFile() ? readFileSync(onDisk(file), "hex") : target;
    const time = path === "/" ? "" : stats.mtimeMs; // the root's own is that of its making
    const about = [stats.mode.toString(8), stats.uid, stats.gid, time, content].join(" ");
    lines.push([path, about, stats.ino]);
    names.set(stats.ino, [...(names.get(stats.ino) ?? []), path]);
    if (stats.isDirectory()) for (const name of namesIn(file).sort()) look(join(path, name));
  };
  look("/");
  return lines.map(([path, about, ino]) => `${path} ${about} ${names.get(ino)}`);
}

/** Random numbers that are the same in each run (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const names = ["a", "b", "c", "d\u2028", "caf\udce9"];

/** A layer of a few members at few places, so that they meet those of other layers: whiteouts, links, files for directories. */
function generated(random: (below: number) => number): TarEntry[] {
  const pick = <T>(of: readonly T[]): T => of[random(of.length)] as T;
  const path = () => Array.from({ length: 1 + random(3) }, () => pick(names)).join("/");
  const files: string[] = [];
  return Array.from({ length: 1 + random(12) }, (): TarEntry => {
    const mode = pick([0o644, 0o4755, 0o2711, 0o000, 0o400, 0o1777]);
    const common = { path: path(), mode, uid: random(3) * 1000, gid: random(2), mtime: random(2_000_000_000) };
    const whiteout = pick([".wh..wh..opq", `.wh.${pick(names)}`]);
    const kind = random(10);
    if (kind < 4) {
      files.push(common.path);
      return { ...common, type: "file", content: Buffer.from("x".repeat(random(2000))) };
    }
    if (kind < 6) return { ...common, type: "directory" };
    if (kind < 7) {
      files.push(common.path);
      return { ...common, type: "symlink", target: pick([path(), `/${path()}`, "../a"]) };
    }
    if (kind < 9 && files.length > 0) return { ...common, type: "hardlink", target: pick(files) };
    return { ...common, path: join(common.path, "..", whiteout), type: "file", content: Buffer.alloc(0) };
  });
}

const seeds = Array.from({ length: 25 }, (_, seed) => seed);

test("random stacks of layers unpack to the same tree with and without a store, even with shared layers", async () => {
  let compared = 0;
  for (const seed of seeds) {
    const random = randomOf(seed);
    const layers = await Promise.all([1, 2, 3, 4].map(() => layerOf(generated(random))));
    const [a, b, c, d] = layers as [Layer, Layer, Layer, Layer];
    for (const image of [imageOf(a, b, c), imageOf(a, b, d), imageOf(b, a, b)]) {
      const expected = await extracted(image).catch((error: Error) => error.message);
      const found = await unpack(image).catch((error: Error) => error.message);
      if (expected.startsWith("/")) {
        expect([seed, treeOf(found)]).toEqual([seed, treeOf(expected)]);
        compared += 1;
      } else expect([seed, found]).toEqual([seed, expected]);
    }
    // What later images did has not changed the first.
    const first = await extracted(imageOf(a, b, c)).catch(() => undefined);
    if (first) expect([seed, treeOf(await unpack(imageOf(a, b, c)))]).toEqual([seed, treeOf(first)]);
  }
  expect(compared).toBeGreaterThan(25);
}, 120_000);

const file = (path: string, content: string, mode = 0o644): TarEntry => ({
  type: "file",
  path,
  mode,
  uid: 7,
  gid: 8,
  mtime: 1_000_000_000,
  content: Buffer.from(content),
});

test("a layer is read once, and all images that contain it share its files and symbolic links", async () => {
  const [base, app, changed] = await Promise.all([
    layerOf([file("base", "base", 0o4755), { ...file("link", ""), type: "symlink", target: "base" }]),
    layerOf([file("app", "1")]),
    layerOf([file("app", "2")]),
  ]);
  const first = await unpack(imageOf(base, app));
  const second = await unpack(imageOf(base, changed));
  expect([reads.get(base.digest), reads.get(changed.digest)]).toEqual([1, 1]);
  for (const name of ["base", "link"]) expect(lstatSync(join(first, name)).ino).toBe(lstatSync(join(second, name)).ino);
  expect(readFileSync(join(second, "app"), "utf8")).toBe("2");
});

test("hard links within an image point to its own copy, so that many images do not exceed the link limit", async () => {
  const link: TarEntry = { type: "hardlink", path: "ls", target: "busybox", mode: 0o755, uid: 0, gid: 0 };
  const layer = await layerOf([file("busybox", "x", 0o4755), link, { ...link, path: "cat" }]);
  const roots = await Promise.all([1, 2].map(async (n) => unpack(imageOf(layer, await layerOf([file("n", `${n}`)])))));
  expect(roots.map((root) => lstatSync(join(root, "cat")).nlink)).toEqual([3, 3]);
  expect(lstatSync(join(roots[0] as string, "cat")).mode & 0o7777).toBe(0o4755);
});

const storeOf = (layer: Layer) => join(cacheDir, "unpacked-layers", layer.diffId.slice("sha256:".length));

test.for<[string, (dir: string) => void]>([
  ["a file is missing", (dir) => rmSync(join(dir, "files/1"))],
  ["a file is truncated", (dir) => truncateSync(join(dir, "files/0"), 1)],
  ["a file was modified", (dir) => writeFileSync(join(dir, "files/0"), "dne")],
  ["a file has another mode", (dir) => chmodSync(join(dir, "files/0"), 0o777)],
  ["the index is missing", (dir) => rmSync(join(dir, "index"))],
  ["the index is empty", (dir) => truncateSync(join(dir, "index"), 0)],
  ["the index is truncated within a line", (dir) => truncateSync(join(dir, "index"), 20)],
  [
    "the index lacks its last line",
    (dir) => truncateSync(join(dir, "index"), readFileSync(join(dir, "index"), "utf8").lastIndexOf('{"sha256"')),
  ],
  [
    "the index was changed",
    (dir) => writeFileSync(join(dir, "index"), readFileSync(join(dir, "index"), "utf8").replace("one", "../")),
  ],
  ["its files and index are missing", (dir) => execFileSync("rm", ["-r", join(dir, "files"), join(dir, "index")])],
])("a cached unpacked layer is unpacked again if %s", async ([, damage]) => {
  const layers = await Promise.all([layerOf([file("one", "one"), file("two", "two")]), layerOf([file("three", "3")])]);
  const [one, other] = layers as [Layer, Layer];
  await unpack(imageOf(one, other));
  damage(storeOf(one));
  const image = imageOf(other, one);
  expect(treeOf(await unpack(image))).toEqual(treeOf(await extracted(image)));
  expect(readdirSync(join(cacheDir, "unpacked-layers")).length).toBe(2);
});

/** Unpacks an image of a layout in a process of its own, as whoever `command` makes it. */
async function unpackInChild(layout: string, command: readonly string[] = []): Promise<string> {
  const script = `
    import { readImage } from "${import.meta.dirname}/../oci/image-io.ts";
    import { parseImageReference } from "${import.meta.dirname}/../oci/model/reference.ts";
    import { silentReporter } from "${import.meta.dirname}/../reporter.ts";
    import { unpackImage } from "${import.meta.dirname}/unpack-image.ts";
    const [layout, cacheDir] = process.argv.slice(1);
    const image = await readImage(parseImageReference("oci:" + layout));
    console.log(await unpackImage(image, { cacheDir, reporter: silentReporter }));`;
  const [program = "", ...args] = [...command, process.execPath, "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(program, [...args, layout, cacheDir]);
  return stdout.trim();
}

async function layoutOf(image: Image): Promise<string> {
  const layout = mkdtempSync(join(dir, "layout-"));
  await writeImage(image, { kind: "oci", dir: layout });
  return layout;
}

const manyFiles = (n: number) =>
  layerOf(Array.from({ length: 300 }, (_, index) => file(`${n}/${index}`, `${n} ${index}`)));

test("processes that unpack the same layers at once all succeed", async () => {
  const shared = await Promise.all([3, 4, 5].map(manyFiles));
  const images = await Promise.all([1, 2].map(async (n) => imageOf(...shared, await layerOf([file("own", `${n}`)]))));
  const layouts = await Promise.all(images.map(layoutOf));
  const roots = await Promise.all(layouts.map((layout) => unpackInChild(layout)));
  for (const [index, root] of roots.entries())
    expect(treeOf(root)).toEqual(treeOf(await extracted(images[index] as Image)));
  expect(readdirSync(join(cacheDir, "unpacked-layers")).length).toBe(5);
  expect(readdirSync(join(cacheDir, "rootfs")).length).toBe(2);
}, 60_000);

test("an unpacked image's files belong to the ordinary user, even unreadable ones", async () => {
  chmodSync(dir, 0o777);
  const link: TarEntry = { type: "hardlink", path: "sudoedit", target: "sudo", mode: 0o4111, uid: 0, gid: 0 };
  const base = await layerOf([file("sudo", "x", 0o4111), file("closed", "", 0), link, file("open", "open")]);
  const images = await Promise.all([1, 2].map(async (n) => imageOf(base, await layerOf([file("n", `${n}`)]))));
  for (const image of images) {
    const layout = await layoutOf(image);
    execFileSync("chmod", ["-R", "a+rX", layout]);
    const root = await unpackInChild(layout, ["runuser", "-u", "cnb-tester", "--"]);
    const { uid, gid } = lstatSync(root);
    expect(uid).not.toBe(0);
    const expected = await extracted(image, "ignore");
    execFileSync("chown", ["--recursive", "--no-dereference", `${uid}:${gid}`, expected]);
    execFileSync("chmod", ["4111", join(expected, "sudo")]); // chown clears setuid
    expect(treeOf(root)).toEqual(treeOf(expected));
  }
}, 60_000);
