// @needs root
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import { appendLayers, emptyImage } from "../oci/model/mutate.ts";
import { recordingReporter } from "../reporter.ts";
import { unpackInCache } from "./unpack.ts";

test("if the disk becomes full while an image is unpacked, the error names the disk and the partial image is removed", async () => {
  const dir = mkdtempSync(join(tmpdir(), "full-cache-"));
  const cacheDir = join(dir, "cache");
  mkdirSync(cacheDir);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", cacheDir]);
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", cacheDir]);
    rmSync(dir, { recursive: true, force: true });
  });
  const content = Buffer.alloc(8 * 1024 * 1024); // as a blob it has 8 kB
  const entry = { type: "file", path: "large", mode: 0o644, uid: 0, gid: 0, content } as const;
  const layer = await createLayer([entry], await openBlobStore(join(dir, "blobs")));
  const image = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);
  const reporter = recordingReporter();
  await expect(unpackInCache(image, { cacheDir, reporter })).rejects.toMatchObject({
    code: "CACHE_FULL",
    message: `the disk of the cache ${cacheDir} is full: an image could not be unpacked`,
    hint: "Free some space, or set LIBCNB_CACHE_DIR to a directory on another disk.",
  });
  expect(readdirSync(join(cacheDir, "unpacked-layers"))).toEqual([]);
});
