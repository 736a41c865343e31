import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { labelsOf } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbSucceeds } from "../../support/cnb.ts";
import { put, rebaseImages } from "../../support/images/rebase-world.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../support/registry/memory.ts";

const fleet = 10;

let dir: string;
let registry: MemoryRegistry;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "rebase-requests-"));
  registry = await startMemoryRegistry({ mount: "mounts" });
});
afterAll(async () => {
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});

/** The number of requests of each kind since the last call, such as `GET manifests`. */
function requests(): Readonly<Record<string, number>> {
  const kinds = registry.log.splice(0).map((line) => {
    const [method, path = ""] = line.split(" ");
    return `${method} ${/\/(blobs\/uploads|blobs|manifests)\//.exec(path)?.[1] ?? path}`;
  });
  return Object.fromEntries(kinds.map((kind) => [kind, kinds.filter((each) => each === kind).length]));
}

test("cnb rebase sends five requests for an image, and one for each layer that the image does not have", async () => {
  const run = `${registry.host}/run:1`;
  const { app, next } = await rebaseImages(dir, run);
  expect(next.layers).toHaveLength(2);
  await put(next, run);
  const names = Array.from({ length: fleet }, (_, index) => `${registry.host}/shop/app-${index}:1`);
  for (const [index, name] of names.entries())
    await put(oci.mutate.labels(app, { ...labelsOf(app), number: `${index}` }), name);
  await writeFile(join(dir, "images.txt"), names.join("\n"));
  requests();

  // the run image and the version of the API are read once
  await cnbSucceeds(["rebase", "--from", join(dir, "images.txt")]);
  expect(requests()).toEqual({
    "GET /v2/": 1,
    "GET manifests": fleet + 1,
    "GET blobs": fleet + 1,
    "POST blobs/uploads": 2 * fleet,
    "PUT blobs/uploads": fleet,
    "PUT manifests": fleet,
  });

  await cnbSucceeds(["rebase", "--from", join(dir, "images.txt")]);
  expect(requests()).toEqual({ "GET /v2/": 1, "GET manifests": fleet + 1, "GET blobs": fleet + 1 });
});
