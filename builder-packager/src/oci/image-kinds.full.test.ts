// @needs docker, docker-registry, dockerd, podman, root
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDocker, startPodman, startRegistry } from "../../../test/support/service.ts";
import type { TarEntry } from "../tar/entry.ts";
import { tarStream } from "../tar/write.ts";
import { readImage, readImages, writeImage, writeImages } from "./image-io.ts";
import { blobLayer } from "./layers/blob-layer.ts";
import { type BlobStore, openBlobStore } from "./layers/blob-store.ts";
import { diffIdOf } from "./layers/hashed-tar.ts";
import { createLayer } from "./layers/layer.ts";
import type { Image, Layer } from "./model/image.ts";
import { mediaTypes } from "./model/media-type.ts";
import { appendLayers, emptyImage, withConfig, withLabels } from "./model/mutate.ts";
import { parseImageReference } from "./model/reference.ts";
import { serializeImage } from "./model/serialize.ts";
import { validateImage } from "./model/validate.ts";
import { withMediaTypes } from "./model/with-media-types.ts";

/** The operations that every kind of source and sink must support. */

let registry: Awaited<ReturnType<typeof startRegistry>>;
let docker: Awaited<ReturnType<typeof startDocker>>;
let podman: Awaited<ReturnType<typeof startPodman>>;
beforeAll(async () => {
  [registry, docker, podman] = await Promise.all([startRegistry(), startDocker(), startPodman()]);
});
afterAll(() => Promise.all([registry, docker, podman].map((service) => service?.stop())));

let dir = "";
let store: BlobStore;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-kinds-"));
  chmodSync(dir, 0o755);
  store = await openBlobStore(join(dir, "store"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Kind {
  readonly name: string;
  /** A place for an image of this name. */
  readonly location: (name: string) => string;
  /** True if all platforms are kept; otherwise only the engine's own. */
  readonly keepsPlatforms: boolean;
  /** True if manifests and thus digests are kept; otherwise only configurations with the images' IDs. */
  readonly keepsManifest: boolean;
  /** `DOCKER_HOST`. */
  readonly host?: () => string;
  /** Docker does not. @default true */
  readonly savesEmpty?: boolean;
}

const everything = { keepsPlatforms: true, keepsManifest: true };
const engine = { location: (name: string) => `docker-daemon:${name}:1`, keepsPlatforms: false, keepsManifest: false };
const kinds: readonly Kind[] = [
  { name: "a registry", location: (name) => `${registry.host}/kinds/${name}:1`, ...everything },
  { name: "a layout", location: (name) => `oci:${dir}/${name}`, ...everything },
  { name: "a named image of a layout", location: (name) => `oci:${dir}/${name}:example.com/${name}:1`, ...everything },
  { name: "an OCI archive", location: (name) => `oci-archive:${dir}/${name}.tar`, ...everything },
  {
    name: "a docker archive",
    location: (name) => `docker-archive:${dir}/${name}.tar`,
    ...everything,
    keepsManifest: false,
  },
  {
    name: "a named image of a docker archive",
    location: (name) => `docker-archive:${dir}/${name}.tar:${name}:1`,
    ...everything,
    keepsManifest: false,
  },
  { name: "a Docker daemon", ...engine, host: () => docker.host, savesEmpty: false },
  { name: "podman", ...engine, host: () => podman.host },
];

const optionsOf = ({ host }: Kind) => (host ? { daemon: { env: { DOCKER_HOST: host() } } } : {});

const file = (path: string, text: string): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 1000,
  gid: 1000,
  content: Buffer.from(text),
});
const entries = (text: string): readonly TarEntry[] => [
  { type: "directory", path: "/dir", mode: 0o1777, uid: 0, gid: 0 },
  file("/dir/ümlaut", text),
  { type: "symlink", path: "/dir/link", target: "ümlaut", mode: 0o777, uid: 0, gid: 0 },
];

type Packing = "gzip" | "zstd" | "none";
async function layerOf(text: string, packing: Packing): Promise<Layer> {
  if (packing !== "none") return createLayer(entries(text), store, { compression: packing });
  const digest = await diffIdOf(entries(text));
  const { size } = await store.put(tarStream(entries(text)));
  const open = () => tarStream(entries(text));
  return blobLayer({ diffId: digest, digest, size, mediaType: mediaTypes.ociLayer, where: "a test", open });
}

async function imageOf(texts: readonly string[], packing: Packing, architecture = "amd64"): Promise<Image> {
  const layers = await Promise.all(texts.map((text) => layerOf(text, packing)));
  const image = appendLayers(
    emptyImage({ os: "linux", architecture, ...(architecture === "arm64" && { variant: "v8" }) }),
    layers.map((layer, at) => ({ layer, history: { created_by: `layer ${at}` } })),
  );
  return withLabels(withConfig(image, { User: "1000:1000", Env: ["A=b=c", "B="], Cmd: ["/x"] }), {
    from: texts.join(),
  });
}

let count = 0;
/** The name of the image, different in each test, so that no engine or registry has it already. */
const fresh = () => `image${process.pid}-${count++}`;

const samples: readonly [string, (name: string) => Promise<Image>][] = [
  ["gzip layers", (name) => imageOf([`${name} below`, `${name} above`], "gzip")],
  ["zstd layers", (name) => imageOf([`${name} below`, `${name} above`], "zstd")],
  ["plain layers", (name) => imageOf([name], "none")],
  ["a repeated layer", (name) => imageOf([name, "between", name], "gzip")],
  ["Docker's media types", async (name) => withMediaTypes(await imageOf([name], "gzip"), "docker")],
  ["another architecture", (name) => imageOf([name], "gzip", "arm64")],
  ["no layers", async (name) => empty(name)],
];

const empty = (name: string): Image => withLabels(emptyImage({ os: "linux", architecture: "amd64" }), { name });

describe.for(kinds)("$name as image location", (kind) => {
  const given = kind.savesEmpty === false ? samples.slice(0, -1) : samples;
  test.for(given)("returns an image with %s unchanged", async ([, sample]) => {
    const name = fresh();
    const image = await sample(name);
    const reference = parseImageReference(kind.location(name));
    const { manifestDigest } = await writeImage(image, reference, optionsOf(kind));
    const copy = await readImage(reference, optionsOf(kind));
    expect(await validateImage(copy)).toEqual([]);
    expect(copy.config).toEqual(image.config);
    expect(copy.layers.map(({ diffId }) => diffId)).toEqual(image.layers.map(({ diffId }) => diffId));
    const [was, is] = [serializeImage(image), serializeImage(copy)];
    expect(is.configDigest).toBe(was.configDigest);
    if (!kind.keepsManifest) return;
    expect([is.manifestDigest, is.mediaType]).toEqual([manifestDigest, was.mediaType]);
    expect(manifestDigest).toBe(was.manifestDigest);
  });

  test("keeps images of several platforms apart", async () => {
    const name = fresh();
    const images = await Promise.all(["arm64", "amd64"].map((each) => imageOf([name, each], "gzip", each)));
    const reference = parseImageReference(kind.location(name));
    const written = await writeImages({ images }, reference, optionsOf(kind));
    const read = await readImages(reference, optionsOf(kind));
    const ids = (list: readonly Image[]) => list.map((image) => serializeImage(image).configDigest);
    const own = kind.keepsPlatforms ? images : images.slice(1);
    expect(ids(read.images)).toEqual(ids(own));
    expect(written.images.map(({ platform }) => platform.architecture)).toEqual(
      own.map(({ config }) => config.architecture),
    );
    for (const image of own) {
      const { architecture } = image.config;
      const only = await readImage(reference, { ...optionsOf(kind), platform: { os: "linux", architecture } });
      expect([ids([only]), await validateImage(only)]).toEqual([ids([image]), []]);
    }
    if (kind.keepsManifest) expect(await writeImages(read, parseImageReference(`oci:${dir}/copy`))).toEqual(written);
  });

  test("reports a missing image and an unavailable platform", async () => {
    const name = fresh();
    const reference = parseImageReference(kind.location(name));
    await expect(readImage(reference, optionsOf(kind))).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    await writeImage(await imageOf([name], "gzip"), reference, optionsOf(kind));
    const platform = { os: "linux", architecture: "s390x" };
    await expect(readImage(reference, { ...optionsOf(kind), platform })).rejects.toMatchObject({
      code: "IMAGE_PLATFORM_MISMATCH",
      message: expect.stringMatching(/ has no image for linux\/s390x, only for linux\/amd64$/),
    });
  });

  test("replaces an image of the same name, but not if a layer of the new image is damaged", async () => {
    const name = fresh();
    const reference = parseImageReference(kind.location(name));
    const [first, second] = [await imageOf([name], "gzip"), await imageOf([`${name} later`], "gzip")];
    await writeImage(first, reference, optionsOf(kind));
    await writeImage(second, reference, optionsOf(kind));
    const layer = await layerOf(`${name} broken`, "gzip");
    const open = async function* () {
      yield Buffer.from("something else");
    };
    const broken = appendLayers(second, [{ layer: blobLayer({ ...layer, where: "a test", open }) }]);
    await expect(writeImage(broken, reference, optionsOf(kind))).rejects.toMatchObject({ code: "BLOB_CORRUPT" });
    expect((await readImage(reference, optionsOf(kind))).config).toEqual(second.config);
  });
});

test("a Docker daemon loads an image without layers but fails to export it", async () => {
  const reference = parseImageReference(`docker-daemon:${fresh()}`);
  const daemon = { env: { DOCKER_HOST: docker.host } };
  await writeImage(empty("empty"), reference, { daemon });
  await expect(readImage(reference, { daemon })).rejects.toMatchObject({
    code: "DAEMON_FAILED",
    message: expect.stringMatching(/ responded HTTP 500: empty export - not implemented$/),
  });
});

/** Docker needs half a minute for so many layers. */
const limits = process.env["LIBCNB_TEST_ALL"] === "1" ? [125] : [];
test.for(limits)("a Docker daemon loads %d layers, but refuses one more", async (limit) => {
  const daemon = { env: { DOCKER_HOST: docker.host } };
  const layers = await Promise.all(Array.from({ length: limit + 1 }, (_, at) => layerOf(`limit ${at}`, "gzip")));
  const write = (count: number) =>
    writeImage(
      appendLayers(
        empty("limit"),
        layers.slice(0, count).map((layer) => ({ layer })),
      ),
      parseImageReference(`docker-daemon:${fresh()}`),
      { daemon },
    );
  await write(limit);
  await expect(write(limit + 1)).rejects.toMatchObject({
    code: "DAEMON_FAILED",
    message: expect.stringMatching(/ answered max depth exceeded$/),
    hint: "Docker accepts at most 125 layers: put several buildpacks or files into one layer.",
  });
});
