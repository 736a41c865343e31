// @needs processes
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeCnbFile } from "../../buildpackage/cnb-file.ts";
import { CnbError } from "../../errors.ts";
import { readImage, writeImage } from "../image-io.ts";
import type { Image } from "../model/image.ts";
import { emptyImage } from "../model/mutate.ts";

let dir = "";
let image: Image;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-output-"));
  image = emptyImage({ os: "linux", architecture: "amd64" });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (name: string) => join(dir, name);
const write = {
  "oci-archive": (file: string) => writeImage(image, { kind: "oci-archive", file }),
  "docker-archive": (file: string) => writeImage(image, { kind: "docker-archive", file }),
  cnb: (file: string) => writeCnbFile({ images: [image] }, file),
};
const writers = ["oci-archive", "docker-archive", "cnb"] as const;

async function refusal(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CnbError)) throw new Error(`not refused: ${error}`);
  return { code: error.code, message: error.message.replaceAll(dir, "<dir>"), hint: error.hint };
}

const hint = "Use the path of a regular file, or one that does not exist yet.";

describe.each(writers)("writing an image as %s does not replace", (kind) => {
  test("a directory", async () => {
    mkdirSync(at("target"));
    expect(await refusal(write[kind](at("target")))).toEqual({
      code: "OUTPUT_UNWRITABLE",
      message: "cannot write <dir>/target: it is a directory",
      hint: "Use the path of a file in this directory.",
    });
    expect(lstatSync(at("target")).isDirectory()).toBe(true);
    expect(readdirSync(dir)).toEqual(["target"]);
  });

  test("a named pipe", async () => {
    spawnSync("mkfifo", [at("target")]);
    expect(await refusal(write[kind](at("target")))).toEqual({
      code: "OUTPUT_UNWRITABLE",
      message: "cannot write <dir>/target: it is a named pipe",
      hint,
    });
    expect(lstatSync(at("target")).isFIFO()).toBe(true);
    expect(readdirSync(dir)).toEqual(["target"]);
  });

  test("a socket behind a symbolic link", async () => {
    const server = createServer().listen(at("socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    symlinkSync("socket", at("target"));
    try {
      expect(await refusal(write[kind](at("target")))).toEqual({
        code: "OUTPUT_UNWRITABLE",
        message: "cannot write <dir>/target: it is a socket",
        hint,
      });
      expect(lstatSync(at("socket")).isSocket()).toBe(true);
      expect(readdirSync(dir)).toEqual(["socket", "target"]);
    } finally {
      server.close();
    }
  });

  test("an open file of the current process", async () => {
    // As /dev/stdout does, which a test must not put at risk.
    symlinkSync("/proc/self/fd/1", at("stdout"));
    expect(await refusal(write[kind](at("stdout")))).toEqual({
      code: "OUTPUT_UNWRITABLE",
      message: "cannot write <dir>/stdout: it is an open file of a process, not a file on a disk",
      hint,
    });
    expect(lstatSync(at("stdout")).isSymbolicLink()).toBe(true);
  });

  test("a loop of symbolic links", async () => {
    symlinkSync("b", at("a"));
    symlinkSync("a", at("b"));
    expect(await refusal(write[kind](at("a")))).toEqual({
      code: "OUTPUT_UNWRITABLE",
      message: "cannot write <dir>/a: its symbolic links cannot be resolved",
      hint,
    });
  });
});

describe.each(writers)("writing an image as %s through a symbolic link", (kind) => {
  test.for([
    ["replaces an existing file in another directory", "folder/real.tar", "old"],
    ["creates the link's target if the target does not exist yet", "folder/real.tar", undefined],
  ] as const)("%s, and keeps the link", async ([, real, content]) => {
    mkdirSync(at("folder"));
    if (content !== undefined) writeFileSync(at(real), content);
    symlinkSync(real, at("second"));
    symlinkSync("second", at("first"));
    await write[kind](at("first"));
    expect(lstatSync(at("first")).isSymbolicLink()).toBe(true);
    expect(lstatSync(at("second")).isSymbolicLink()).toBe(true);
    expect(lstatSync(at(real)).isFile()).toBe(true);
    expect((await readImage({ kind: "oci-archive", file: at(real) })).layers).toEqual([]);
    expect([readdirSync(dir), readdirSync(at("folder"))]).toEqual([["first", "folder", "second"], ["real.tar"]]);
  });
});

test("an OCI layout is written through a symbolic link", async () => {
  mkdirSync(at("real"));
  symlinkSync("real", at("link"));
  for (const _ of ["new", "replaced"]) await writeImage(image, { kind: "oci", dir: at("link") });
  expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
  expect(existsSync(at("real/index.json"))).toBe(true);
  expect(readdirSync(dir)).toEqual(["link", "real"]);
});

test("writing an image whose layer cannot be read fails with the layer's path and leaves no files", async () => {
  const missing = at("elsewhere/blob");
  const layer = {
    diffId: `sha256:${"0".repeat(64)}`,
    digest: `sha256:${"0".repeat(64)}`,
    size: 1,
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    uncompressed: () => contentOf(missing),
    compressed: () => contentOf(missing),
  } as const;
  mkdirSync(at("out"));
  const work = writeImage({ ...image, layers: [layer] }, { kind: "oci-archive", file: at("out/app.tar") });
  await expect(work).rejects.toMatchObject({ code: "ENOENT", path: missing });
  expect(readdirSync(at("out"))).toEqual([]);
});

async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  yield readFileSync(file);
}
