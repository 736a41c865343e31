// @needs umoci
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TarEntry } from "../../tar/entry.ts";
import { tarStream } from "../../tar/write.ts";
import { writeImage } from "../image-io.ts";
import { digestOf } from "../model/digest.ts";
import type { Image, Layer } from "../model/image.ts";
import { mediaTypes } from "../model/media-type.ts";
import { appendLayers, emptyImage } from "../model/mutate.ts";
import { blobLayer } from "./blob-layer.ts";
import { extractImage } from "./extract.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-extract-"));
  mkdirSync(join(dir, "outside"));
  writeFileSync(join(dir, "outside/secret"), "untouched");
});
afterEach(() => {
  spawnSync("chmod", ["-R", "u+rwx", dir]); // some unpacked directories may not be entered
  rmSync(dir, { recursive: true, force: true });
});

const isRoot = process.getuid?.() === 0;
const owner = { uid: 0, gid: 0 };
const file = (path: string, content = "", mode = 0o644): TarEntry => ({
  type: "file",
  path,
  mode,
  ...owner,
  content: Buffer.from(content),
});
const directory = (path: string, mode = 0o755): TarEntry => ({ type: "directory", path, mode, ...owner });
const symlink = (path: string, target: string): TarEntry => ({ type: "symlink", path, mode: 0o777, ...owner, target });
const hardlink = (path: string, target: string): TarEntry => ({
  type: "hardlink",
  path,
  mode: 0o644,
  ...owner,
  target,
});

function layerOf(bytes: Buffer): Layer {
  const digest = digestOf(bytes);
  return blobLayer({
    diffId: digest,
    digest,
    size: bytes.length,
    mediaType: mediaTypes.ociLayer,
    where: "test",
    open: () => Readable.from([bytes]),
  });
}

async function imageOf(...layers: readonly (readonly TarEntry[])[]): Promise<Image> {
  const made = await Promise.all(layers.map(async (entries) => ({ layer: layerOf(await buffer(tarStream(entries))) })));
  return appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), made);
}

const extract = async (...layers: readonly (readonly TarEntry[])[]) =>
  extractImage(await imageOf(...layers), join(dir, "root"), { ownership: "ignore" });

/** The files below the root with their content, and links with their target. (A recursive readdir follows links.) */
function tree(path = ""): Record<string, string> {
  const full = join(dir, "root", path);
  const stats = lstatSync(full);
  if (stats.isSymbolicLink()) return { [path]: `-> ${readlinkSync(full)}` };
  if (!stats.isDirectory()) return { [path]: readFileSync(full, "utf8") };
  const below = readdirSync(full).map((name) => tree(join(path, name)));
  return Object.assign(path === "" ? {} : { [path]: "/" }, ...below);
}

describe("if a later layer replaces a directory with", () => {
  test.for<[string, TarEntry]>([
    ["a file", file("a", "x")],
    ["a symbolic link out of the image", symlink("a", "OUTSIDE")],
    ["a symbolic link to another directory of the image", symlink("a", "b")],
  ])("%s, the attributes of its subdirectories are not set on other directories", async ([, replacement]) => {
    const outside = join(dir, "outside");
    mkdirSync(join(outside, "sub"), { mode: 0o700 });
    const entry =
      replacement.type === "symlink" && replacement.target === "OUTSIDE" ? symlink("a", outside) : replacement;
    await extract([directory("a"), directory("a/sub", 0o777), directory("b"), directory("b/sub", 0o711)], [entry]);
    expect(statSync(join(outside, "sub")).mode & 0o7777).toBe(0o700);
    expect(statSync(join(dir, "root/b/sub")).mode & 0o7777).toBe(0o711);
  });
});

describe("extracting layers on top of each other follows the OCI image specification for", () => {
  test.for<[string, TarEntry[][], Record<string, string>]>([
    ["a file that replaces a file", [[file("a", "1")], [file("a", "2")]], { a: "2" }],
    ["a whiteout of a file", [[directory("d"), file("d/a"), file("d/b")], [file("d/.wh.a")]], { d: "/", "d/b": "" }],
    ["a whiteout of a directory", [[directory("d"), file("d/a")], [file(".wh.d")]], {}],
    ["a whiteout of a path that does not exist", [[], [file("d/.wh.a")]], { d: "/" }],
    [
      "an opaque directory",
      [
        [directory("d"), file("d/a"), file("d/s/x")],
        [file("d/.wh..wh..opq"), file("d/b")],
      ],
      { d: "/", "d/b": "" },
    ],
    [
      "an opaque whiteout that follows the directory's files",
      [
        [file("d/a"), file("d/s/x")],
        [file("d/b"), file("d/s/y"), file("d/.wh..wh..opq")],
      ],
      { d: "/", "d/b": "", "d/s": "/", "d/s/y": "" },
    ],
    ["a directory that replaces a file", [[file("a", "1")], [directory("a"), file("a/b")]], { a: "/", "a/b": "" }],
    ["a file that replaces a directory", [[directory("a"), file("a/b")], [file("a", "1")]], { a: "1" }],
    [
      "a directory that exists in a lower layer, whose files remain",
      [[directory("a"), file("a/b")], [directory("a")]],
      { a: "/", "a/b": "" },
    ],
    ["a symbolic link that replaces a directory", [[directory("a"), file("a/b")], [symlink("a", "c")]], { a: "-> c" }],
    [
      "a file that replaces a symbolic link without changing the link's target",
      [[file("t", "old"), symlink("a", "t")], [file("a", "new")]],
      { a: "new", t: "old" },
    ],
    [
      "files below a directory that is a symbolic link",
      [[directory("usr/lib"), symlink("lib", "usr/lib")], [file("lib/x", "1")]],
      { lib: "-> usr/lib", usr: "/", "usr/lib": "/", "usr/lib/x": "1" },
    ],
    [
      "absolute names and absolute link targets",
      [[directory("/usr/lib"), symlink("/lib", "/usr/lib"), file("/lib/x", "1")]],
      { lib: "-> /usr/lib", usr: "/", "usr/lib": "/", "usr/lib/x": "1" },
    ],
    [
      "a hard link whose target is replaced by a later layer",
      [[file("a", "1"), hardlink("b", "/a")], [file("a", "2")]],
      { a: "2", b: "1" },
    ],
    ["a hard link to itself", [[file("a", "1"), hardlink("a", "a")]], { a: "1" }],
    [
      "a hard link to a file of a lower layer",
      [[file("d/a", "1")], [hardlink("b", "d/a")]],
      { b: "1", d: "/", "d/a": "1" },
    ],
    ["names with ./ and //", [[file("./a", "1"), file("b//c", "2"), directory("./")]], { a: "1", b: "/", "b/c": "2" }],
    ["parent directories that no layer contains", [[file("x/y/z", "1")]], { x: "/", "x/y": "/", "x/y/z": "1" }],
    [
      "a dangling symbolic link with a file below it",
      [[symlink("a", "b/c")], [file("a/f", "1")]],
      { a: "-> b/c", b: "/", "b/c": "/", "b/c/f": "1" },
    ],
  ])("%s", async ([, layers, expected]) => {
    await extract(...layers);
    expect(tree()).toEqual(expected);
  });

  test("directories without write or search permission, and restores permissions and times", async () => {
    await extract([
      directory("d", 0o555),
      file("d/su", "x", 0o4755),
      directory("d/none", 0o000),
      file("d/none/x", "", 0o600),
      directory("tmp", 0o1777),
    ]);
    const mode = (name: string) => (statSync(join(dir, "root", name)).mode & 0o7777).toString(8);
    expect([mode("d"), mode("d/su"), mode("d/none"), mode("tmp")]).toEqual(["555", "4755", "0", "1777"]);
    expect(
      [statSync(join(dir, "root/d")), statSync(join(dir, "root/d/su")), statSync(join(dir, "root/tmp"))].map(
        (stats) => stats.mtimeMs,
      ),
    ).toEqual(Array(3).fill(315532801000));
  });

  test("replaced and removed files with the same result as umoci", async () => {
    const image = await imageOf(
      [
        directory("bin"),
        file("bin/sh", "sh", 0o755),
        symlink("sbin", "bin"),
        directory("etc"),
        file("etc/a", "1"),
        file("etc/b", "2"),
        hardlink("etc/c", "etc/b"),
      ],
      [directory("etc"), file("etc/.wh.a"), file("etc/new", "3"), directory("opt"), file("opt/x", "4")],
      [directory("opt"), file("opt/.wh..wh..opq"), file("opt/y", "5"), file("etc/b", "changed")],
    );
    await extractImage(image, join(dir, "root"), { ownership: "ignore" });
    await writeImage(image, { kind: "oci", dir: join(dir, "layout"), tag: "x" });
    const umoci = spawnSync(
      "umoci",
      ["unpack", "--rootless", "--image", `${join(dir, "layout")}:x`, join(dir, "bundle")],
      { encoding: "utf8" },
    );
    expect(umoci.stderr).not.toContain("⨯");
    const diff = spawnSync("diff", ["-r", "--no-dereference", join(dir, "bundle/rootfs"), join(dir, "root")], {
      encoding: "utf8",
    });
    expect(diff.stdout + diff.stderr).toBe("");
  });
});

describe("extracting a hostile layer writes nothing outside of the target directory, and", () => {
  test.for<[string, (outside: string) => TarEntry[][], string]>([
    [
      "a name with .. is refused",
      () => [[file("../outside/secret", "x")]],
      'the layer member "../outside/secret" cannot be unpacked safely: it has ".." in its name',
    ],
    ["an absolute name with .. is refused", () => [[file("/a/../../outside/secret", "x")]], 'it has ".." in its name'],
    ["a directory named .. is refused", () => [[directory("..")]], 'it has ".." in its name'],
    [
      "a hard link to a path with .. is refused",
      () => [[hardlink("a", "../outside/secret"), file("a", "x")]],
      'it has ".." in its name',
    ],
    [
      "a hard link to a file outside the image is refused",
      (outside) => [[hardlink("a", `${outside}/secret`)]],
      "which is not a file of the image",
    ],
    [
      "a hard link to a directory is refused",
      () => [[directory("d"), hardlink("a", "d")]],
      "which is not a file of the image",
    ],
    ["a whiteout of .. is refused", () => [[file("d/.wh...")]], "it is a whiteout without a file name"],
    ["a whiteout of . is refused", () => [[file("d/.wh..")]], "it is a whiteout without a file name"],
    ["a whiteout without a name is refused", () => [[file("d/.wh.")]], "it is a whiteout without a file name"],
    [
      "a file that replaces the root directory is refused",
      () => [[file("/.", "x")]],
      "it would replace the root directory",
    ],
    [
      "a link that replaces the root directory is refused",
      (outside) => [[symlink(".", outside)]],
      "it would replace the root directory",
    ],
    [
      "a cycle of symbolic links is refused",
      () => [[symlink("a", "b"), symlink("b", "a"), file("a/x")]],
      "its symbolic links lead in a circle",
    ],
  ])("%s", async ([, layers, why]) => {
    await expect(extract(...layers(join(dir, "outside")))).rejects.toMatchObject({
      code: "ARCHIVE_UNSAFE",
      message: expect.stringContaining(why),
    });
    untouched();
  });

  test.for<[string, (outside: string) => TarEntry[][]]>([
    [
      "a file through an absolute link is written inside",
      (outside) => [[symlink("a", outside), file("a/secret", "x")]],
    ],
    ["a file through a relative link is written inside", () => [[symlink("a", "../outside"), file("a/secret", "x")]]],
    [
      "a file through a chain of links is written inside",
      () => [[symlink("a", "b/../../outside"), symlink("b", "."), file("a/secret", "x")]],
    ],
    [
      "a file through a link of a lower layer is written inside",
      (outside) => [[symlink("a", outside)], [file("a/secret", "x")]],
    ],
    [
      "a file with the name of a link replaces the link",
      (outside) => [[symlink("secret", `${outside}/secret`), file("secret", "x")]],
    ],
    [
      "a file in a directory that became a link is written inside",
      (outside) => [[directory("d"), file("d/secret", "x"), symlink("d", outside), file("d/secret", "y")]],
    ],
    [
      "a file with the name of a hard link to a symbolic link replaces the hard link",
      (outside) => [[symlink("l", `${outside}/secret`), hardlink("h", "l"), file("h", "x")]],
    ],
    [
      "a hard link to a file below a linked directory stays inside",
      (outside) => [[symlink("d", outside), file("d/secret", "x"), hardlink("h", "d/secret"), file("h", "y")]],
    ],
    [
      "a whiteout below a linked directory removes nothing outside",
      (outside) => [[symlink("a", outside)], [file("a/.wh.secret")]],
    ],
    [
      "an opaque whiteout below a linked directory removes nothing outside",
      (outside) => [[symlink("a", outside)], [file("a/.wh..wh..opq")]],
    ],
    ["a whiteout of a link does not remove the link's target", (outside) => [[symlink("a", outside)], [file(".wh.a")]]],
    [
      "a directory through a link does not change permissions outside",
      (outside) => [[symlink("a", outside), directory("a", 0o777), directory("a/b", 0o777)]],
    ],
    [
      "a link with more .. than parent directories stays inside",
      () => [[symlink("a", `${"../".repeat(50)}tmp`), file("a/libcnb-escaped", "x")]],
    ],
  ])("%s", async ([, layers]) => {
    await extract(...layers(join(dir, "outside")));
    untouched();
    expect(existsSync("/tmp/libcnb-escaped")).toBe(false);
  });

  const untouched = () => {
    expect(readdirSync(dir).sort()).toEqual(["outside", "root"]);
    expect(readdirSync(join(dir, "outside"))).toEqual(["secret"]);
    expect(readFileSync(join(dir, "outside/secret"), "utf8")).toBe("untouched");
    expect(statSync(join(dir, "outside")).mode & 0o777).not.toBe(0o777);
  };
});

describe("extracting a layer with device files", () => {
  /** A header as GNU tar would write it for /dev/null. */
  async function device(): Promise<Image> {
    const tar = await buffer(tarStream([file("null")]));
    tar.write("3", 156);
    tar.write("0000001\0" + "0000003\0", 329);
    tar.fill(" ", 148, 156);
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer: layerOf(tar) }]);
  }

  test("is refused for an ordinary user", async () => {
    const image = await device();
    await expect(extractImage(image, join(dir, "root"), { ownership: "ignore" })).rejects.toMatchObject({
      code: "TAR_UNSUPPORTED",
      message: `layer ${image.layers[0]?.digest}: only root can unpack the device "null"`,
      hint: "Run the command as root.",
    });
  });

  test("creates the devices with their owners for root", async (context) => {
    if (!isRoot && !process.env.CI) context.skip("needs root");
    const owned: TarEntry[] = [
      { ...directory("d"), uid: 1001, gid: 1000 },
      { ...file("d/su", "x", 0o4755), uid: 1001, gid: 3000000 },
      { ...symlink("d/l", "su"), uid: 7, gid: 8 },
    ];
    const image = appendLayers(await device(), [{ layer: (await imageOf(owned)).layers[0] as Layer }]);
    await extractImage(image, join(dir, "root"), { ownership: "keep" });
    const of = (name: string) => {
      const { uid, gid, mode } = lstatSync(join(dir, "root", name));
      return [uid, gid, mode.toString(8)];
    };
    expect([of("d"), of("d/su"), of("d/l"), of("null")]).toEqual([
      [1001, 1000, "40755"],
      [1001, 3000000, "104755"],
      [7, 8, "120777"],
      [0, 0, "20644"],
    ]);
    expect(lstatSync(join(dir, "root/null")).rdev).toBe((1 << 8) | 3);
  });

  test("skips the devices on request", async () => {
    await extractImage(await device(), join(dir, "root"), { ownership: "ignore", devices: "skip" });
    expect(readdirSync(join(dir, "root"))).not.toContain("null");
  });
});

test("extracting into a non-empty directory is refused", async () => {
  mkdirSync(join(dir, "root"));
  writeFileSync(join(dir, "root/x"), "");
  await expect(extract([])).rejects.toThrow(`cannot unpack an image into ${join(dir, "root")}: it is not empty`);
});

test("a damaged blob is an error even if its tar archive can be read", async () => {
  const bytes = await buffer(tarStream([file("a", "content")]));
  const { layers, ...image } = await imageOf([file("a", "c0ntent")]);
  const [layer] = layers as [Layer];
  const damaged = blobLayer({ ...layer, where: "test", open: () => Readable.from([bytes]) });
  await expect(
    extractImage({ ...image, layers: [damaged] }, join(dir, "root"), { ownership: "ignore" }),
  ).rejects.toMatchObject({ code: "BLOB_CORRUPT" });
});

test("an image whose configuration lists another diff ID than that of its layer is refused", async () => {
  const { layers, ...image } = await imageOf([file("a", "content")]);
  const [layer] = layers as [Layer];
  const other = `sha256:${"0".repeat(64)}` as const;
  const extracted = extractImage({ ...image, layers: [{ ...layer, diffId: other }] }, join(dir, "root"), {
    ownership: "ignore",
  });
  await expect(extracted).rejects.toMatchObject({
    code: "BLOB_CORRUPT",
    message: `the contents of layer ${layer.digest} have the digest ${layer.diffId}, but the image's configuration lists ${other}`,
  });
});
