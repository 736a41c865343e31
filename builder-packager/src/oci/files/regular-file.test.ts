// @needs processes
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readImage, writeImage } from "../image-io.ts";
import { openBlobStore } from "../layers/blob-store.ts";
import { createLayer } from "../layers/layer.ts";
import { hexOf } from "../model/digest.ts";
import type { Image } from "../model/image.ts";
import { appendLayers, emptyImage } from "../model/mutate.ts";
import { serializeImage } from "../model/serialize.ts";

let dir = "";
let image: Image;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-regular-"));
  const layer = await createLayer(
    [{ type: "directory", path: "/app", mode: 0o755, uid: 0, gid: 0 }],
    await openBlobStore(join(dir, "store")),
  );
  image = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);
  await writeImage(image, { kind: "oci", dir: join(dir, "layout") });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const replace = {
  "a named pipe": (file: string) => void spawnSync("mkfifo", [file]),
  "a directory": (file: string) => void mkdirSync(file),
};
const hint = "Check the path: cnb reads images only from regular files.";

describe.each(Object.keys(replace) as (keyof typeof replace)[])(
  "reading an image is refused with %s in place of",
  (kind) => {
    test.for(["oci-archive", "docker-archive"] as const)("the image file for %s", async (archive) => {
      const file = join(dir, "archive");
      replace[kind](file);
      const message = `${archive}:${file} is ${kind}, not a regular file`;
      await expect(readImage({ kind: archive, file })).rejects.toMatchObject({ code: "IMAGE_INVALID", message, hint });
    });

    test.for(["index.json", "manifest", "config"] as const)("the %s of an OCI layout", async (part) => {
      const { manifestDigest, configDigest } = serializeImage(image);
      const digest = { manifest: manifestDigest, config: configDigest, "index.json": undefined }[part];
      const layout = join(dir, "layout");
      const file = join(layout, digest === undefined ? part : `blobs/sha256/${hexOf(digest)}`);
      rmSync(file);
      replace[kind](file);
      const name = digest === undefined ? file : `blob ${digest} in oci:${layout}`;
      const message = `${name} is ${kind}, not a regular file`;
      await expect(readImage({ kind: "oci", dir: layout })).rejects.toMatchObject({
        code: "IMAGE_INVALID",
        message,
        hint,
      });
    });

    test("a layer blob of an OCI layout", async () => {
      const layout = join(dir, "layout");
      const read = await readImage({ kind: "oci", dir: layout });
      const [layer] = read.layers;
      const file = join(layout, "blobs/sha256", hexOf(layer?.digest ?? "sha256:"));
      rmSync(file);
      replace[kind](file);
      const message = `blob ${layer?.digest} in oci:${layout} is ${kind}, not a regular file`;
      const writing = writeImage(read, { kind: "oci", dir: join(dir, "copy") });
      await expect(writing).rejects.toMatchObject({ code: "IMAGE_INVALID", message, hint });
    });
  },
);
