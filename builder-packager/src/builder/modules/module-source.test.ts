import { mkdtempSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import { moduleFromArchive } from "./archive-module.ts";
import { modulesAt } from "./module-source.ts";
import { moduleLocation } from "./module-uri.ts";

const dir = mkdtempSync(join(tmpdir(), "module-source-"));
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Reads a source that is not a path, with Docker Hub behind a proxy that refuses connections. */
async function read(uri: string, kind: "buildpack" | "extension"): Promise<unknown> {
  const env = { HTTPS_PROXY: "http://127.0.0.1:1" };
  const location = await moduleLocation(uri, kind, dir);
  if (location.kind === "source") throw new Error("the source exists");
  const store = await openBlobStore(join(dir, "store"));
  return modulesAt({ kind, uri }, location, {
    dir,
    store,
    env,
    registry: { env },
    signal: new AbortController().signal,
  });
}

test.each([
  ["buildpacks/page", "buildpack"],
  ["extensions/ca", "extension"],
] as const)(
  "the error about the buildpack %j, which is neither a path nor a reachable image, reports both attempts",
  async (uri, kind) => {
    await expect(read(uri, kind)).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      message: `there is no ${kind} at ${join(dir, uri)}, and no image with this name either: cannot pull docker.io/${uri}: the registry registry-1.docker.io cannot be reached`,
      hint: `Correct the path of the ${kind}. To use an image, write docker://docker.io/${uri}.`,
      cause: expect.objectContaining({ code: "ECONNREFUSED" }),
    });
  },
);

test.each(["docker://acme/page", "docker.io/acme/page", "docker://docker.io/acme/page"])(
  "the explicit image name %j is not interpreted as a path",
  async (uri) => {
    await expect(read(uri, "buildpack")).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      message: "cannot pull docker.io/acme/page: the registry registry-1.docker.io cannot be reached",
    });
  },
);

test.for<[string, Buffer, string]>([
  [
    "damaged gzip data",
    gzipSync(Buffer.alloc(2048)).subarray(0, -9),
    "the gzip data of the archive or layer is damaged or truncated",
  ],
  ["a truncated member", Buffer.alloc(100, "x"), "the tar archive ends in the middle of a member"],
])("the error about an archive with %s names the archive", async ([, bytes, reason]) => {
  const [file, uri] = [join(dir, "damaged.tgz"), "https://example.com/page.tgz"];
  await writeFile(file, bytes);
  const store = await openBlobStore(join(dir, "store"));
  const options = { dir, store, env: {}, registry: {}, signal: new AbortController().signal };
  await expect(moduleFromArchive(file, { kind: "buildpack", uri }, options)).rejects.toMatchObject({
    code: "TAR_INVALID",
    message: `${uri}: ${reason}`,
    hint: "Download or create the archive again.",
  });
});
