// @needs docker-registry
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRegistry } from "../../../../test/support/service.ts";
import { tinyImage } from "../../../../test/support/tiny/images.ts";
import { writeImage } from "../../oci/image-io.ts";
import { formatImageReference, parseImageReference } from "../../oci/model/reference.ts";
import type { Builder } from "./builder.ts";
import { findRunImage, nearestFirst } from "./run-image.ts";

let dir: string;
let near: Awaited<ReturnType<typeof startRegistry>>;
let far: Awaited<ReturnType<typeof startRegistry>>;
/** Nobody listens there. */
const gone = "127.0.0.1:1/run:1";

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "run-image-"));
  [near, far] = await Promise.all([startRegistry(), startRegistry()]);
  const image = await tinyImage(dir);
  for (const { host } of [near, far]) await writeImage(image, parseImageReference(`${host}/run:1`));
});
afterAll(async () => {
  await Promise.all([near?.stop(), far?.stop()]);
  await rm(dir, { recursive: true, force: true });
});

/** Which name is taken of a builder's run image and its mirrors. */
async function found(...request: Parameters<typeof runImageOf>) {
  return formatImageReference((await runImageOf(...request)).found);
}

async function runImageOf(
  names: readonly [string, ...string[]],
  request: { output?: string; given?: string },
  runImageMirrors = {},
) {
  const [image, ...mirrors] = names;
  const platform = { os: "linux", architecture: "amd64" };
  const reference = { kind: "oci", dir: join(dir, "builder") } as const;
  const builder = { reference, image: { config: platform }, runImages: [{ image, mirrors }] } as unknown as Builder;
  const parsed = Object.fromEntries(Object.entries(request).map(([key, text]) => [key, parseImageReference(text)]));
  const clock = { now: Date.now, sleep: async () => undefined };
  return findRunImage(builder, parsed, { clock, runImageMirrors });
}

test("a run image mirror in the output's registry is preferred, then the first mirror that responds", async () => {
  const [here, there] = [`${near.host}/run:1`, `${far.host}/run:1`];
  expect(await found([there, here], { output: `${near.host}/app:1` })).toBe(here);
  expect(await found([there, here], { output: `${far.host}/app:1` })).toBe(there);
  expect(await found([there, here], { output: "oci:app" })).toBe(there);
  expect(await found([gone, here], { output: "oci:app" })).toBe(here);
  expect(await found([there, gone], { output: "127.0.0.1:1/app" })).toBe(there);
  expect(await found([`${near.host}/none:1`, there], { output: `${near.host}/app:1` })).toBe(there);
});

test("the user's mirrors of a run image are tried before its name and the builder's mirrors", async () => {
  const [here, there] = [`${near.host}/run:1`, `${far.host}/run:1`];
  const mirrors = { "example.com/run:1": [there] };
  expect(await found(["example.com/run:1", here], { output: "oci:app" }, mirrors)).toBe(there);
  expect(await found(["example.com/run:1", here], { output: `${near.host}/app:1` }, mirrors)).toBe(here);
  expect(await found([here], { output: "oci:app" }, mirrors)).toBe(here);
});

test("an explicitly given run image takes precedence", async () => {
  const request = { given: `${far.host}/run:1`, output: `${near.host}/app:1` };
  expect(await found([`${near.host}/run:1`], request)).toBe(`${far.host}/run:1`);
});

test("the image records the name of the run image that the user gave, or the builder's names for that image", async () => {
  const [here, there] = [`${near.host}/run:1`, `${far.host}/run:1`];
  const namesOf = async (...request: Parameters<typeof runImageOf>) => (await runImageOf(...request)).names;
  expect(await namesOf(["example.com/run:1"], { given: there })).toEqual({ image: there });
  expect(await namesOf([here, there], { given: there })).toEqual({ image: here, mirrors: [there] });
  expect(await namesOf([here, there], { output: "oci:app" })).toEqual({ image: here, mirrors: [there] });
});

test("the image records the builder's names if the user gave a digest, because no newer run image has it", async () => {
  const { reference } = await runImageOf([`${near.host}/run:1`], { output: "oci:app" });
  const { names } = await runImageOf(["example.com/run:1"], { given: reference });
  expect(names).toEqual({ image: "example.com/run:1", mirrors: [] });
});

test("the error about an unreadable run image lists the run image and its mirrors in the order in which they were tried", async () => {
  await expect(found([`${far.host}/none:1`, `${near.host}/none:1`], { output: `${near.host}/app` })).rejects.toThrow(
    `cannot read the run image ${near.host}/none:1, nor its mirror ${far.host}/none:1`,
  );
});

test.for<[string, string, readonly string[]]>([
  [
    "example.com/app",
    "the run image's mirror in the same registry is tried first, then the others in the listed order",
    ["example.com/b", "docker.io/a", "other.com/c"],
  ],
  [
    "debian",
    "the run image's mirror on Docker Hub is tried first, then the others in the listed order",
    ["docker.io/a", "example.com/b", "other.com/c"],
  ],
  [
    "oci:app",
    "all mirrors of the run image are tried in the listed order",
    ["docker.io/a", "example.com/b", "other.com/c"],
  ],
])("for the output image %j, %s", ([output, , expected]) => {
  expect(nearestFirst(["docker.io/a", "example.com/b", "other.com/c"], parseImageReference(output))).toEqual(expected);
});

test("an invalid run image name is tried last", () => {
  expect(nearestFirst(["A B", "example.com/b"], parseImageReference("example.com/app"))).toEqual([
    "example.com/b",
    "A B",
  ]);
});

test("the hint for an unreachable run image combines the hint for its registry with the advice to pass another run image", async () => {
  await expect(found([gone], {})).rejects.toMatchObject({
    code: "RUN_IMAGE_NOT_FOUND",
    hint: "Check the host name, the network and the proxy settings. Or: Pass a run image with --run-image. For an OCI layout write oci:DIR.",
  });
  await expect(found([`${near.host}/none:1`], {})).rejects.toMatchObject({
    hint: "Pass a run image with --run-image. For an OCI layout write oci:DIR.",
  });
});
