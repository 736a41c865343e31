// @needs docker-registry
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { incompleteTags } from "../../../../test/support/registry/audit.ts";
import { type FaultProxy, startFaultProxy } from "../../../../test/support/registry/faults.ts";
import { type Listening, listen } from "../../../../test/support/registry/listen.ts";
import { type MemoryRegistry, startMemoryRegistry, type Traits } from "../../../../test/support/registry/memory.ts";
import { impatientClock, sampleImages } from "../../../../test/support/registry/sample.ts";
import { startRegistry } from "../../../../test/support/service.ts";
import { copyImage } from "../../copy/copy.ts";
import { readImage, writeImage, writeImages } from "../image-io.ts";
import { digestOf } from "../model/digest.ts";
import type { Image } from "../model/image.ts";
import { appendLayers, withLabels } from "../model/mutate.ts";
import { parseImageReference } from "../model/reference.ts";
import { serializeImage } from "../model/serialize.ts";
import { validateImage } from "../model/validate.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { attach } from "./attach.ts";
import { deleteBlob, deleteImage } from "./delete.ts";
import { referrers } from "./referrers.ts";
import { resolveDigest } from "./resolve.ts";
import { listTags } from "./tags.ts";

let real: Awaited<ReturnType<typeof startRegistry>>;
let samples: Awaited<ReturnType<typeof sampleImages>>;
beforeAll(async () => {
  [real, samples] = await Promise.all([startRegistry(), sampleImages()]);
});
afterAll(() => Promise.all([samples.remove(), real.stop()]));

let image: Image;
let seed = 5000;
const opened: Listening[] = [];
beforeEach(async () => {
  image = await samples.image(++seed);
});
afterEach(() => Promise.all(opened.splice(0).map((each) => each.stop())));

const reference = parseImageReference;
const push = (name: string, registry: RegistryOptions = {}) => writeImage(image, reference(name), { registry });
const pull = (name: string, registry: RegistryOptions = {}) => readImage(reference(name), { registry });
const tracked = async <Server extends Listening>(server: Promise<Server>): Promise<Server> => {
  opened.push(await server);
  return server;
};
const registryWith = (traits: Traits): Promise<MemoryRegistry> => tracked(startMemoryRegistry(traits));
const proxied = (host: string): Promise<FaultProxy> => tracked(startFaultProxy(host));
const chunks: RegistryOptions = { chunkSize: 20_000, concurrency: 1 };

describe("pushing and pulling works", () => {
  test.for<[string, Traits, RegistryOptions, readonly string[]]>([
    ["uploads in one request", {}, {}, ["POST", "PUT"]],
    ["uploads in chunks", {}, chunks, ["POST", "PATCH", "PATCH", "PATCH", "PATCH", "PUT"]],
    [
      "relative upload locations",
      { relativeLocations: true },
      chunks,
      ["POST", "PATCH", "PATCH", "PATCH", "PATCH", "PUT"],
    ],
    ["a minimum chunk size", { chunkMinLength: 50_000 }, chunks, ["POST", "PATCH", "PATCH", "PUT"]],
    [
      "a registry that does not support chunks",
      { wholeOnly: true },
      chunks,
      ["POST", "PATCH", "DELETE", "HEAD", "POST", "PUT"],
    ],
    ["a registry that returns no digests", { silent: true }, {}, ["POST", "PUT"]],
    ["a registry that denies access to missing blobs", { hidesBlobs: true }, {}, ["POST", "PUT"]],
  ])("with %s", async ([, traits, options, requests]) => {
    const registry = await registryWith(traits);
    await push(`${registry.host}/app:1`, { concurrency: 1, ...options });
    const sent = registry.log.map((line) => line.split(" ")).filter(([, path]) => path?.includes("/blobs/"));
    const first = sent.slice(sent[0]?.[0] === "HEAD" ? 1 : 0, requests.length + 1);
    expect(first.map(([method]) => method)).toEqual(requests);
    expect(registry.openUploads()).toBe(0);
    expect(await validateImage(await pull(`${registry.host}/app:1`))).toEqual([]);
  });

  test.for<[NonNullable<Traits["mount"]>, readonly string[]]>([
    ["mounts", ["POST 201", "POST 201", "POST 202", "PUT 201"]],
    ["ignores", ["POST 202", "PUT 201", "POST 202", "PUT 201", "POST 202", "PUT 201"]],
    ["refuses", ["POST 405", "POST 202", "PUT 201", "POST 405", "POST 202", "PUT 201", "POST 202", "PUT 201"]],
  ])(
    "with a registry that %s the blobs of mount requests, and uploads each missing blob once",
    async ([mount, expected]) => {
      const registry = await registryWith({ mount });
      await push(`${registry.host}/first:1`);
      const copy = withLabels(await pull(`${registry.host}/first:1`), { changed: "yes" });
      registry.log.splice(0);
      await writeImage(copy, reference(`${registry.host}/second:1`), { registry: { concurrency: 1 } });
      const uploads = registry.log.filter((line) => /^(POST|PUT) .*uploads/.test(line));
      expect(uploads.map((line) => line.replace(/ .* /, " "))).toEqual(expected);
      expect(await validateImage(await pull(`${registry.host}/second:1`))).toEqual([]);
    },
  );

  test.for<[string, Traits, string, number]>([
    ["cancels the upload", { mount: "ignores" }, "DELETE 204", 0],
    ["ignores a refused cancellation of the upload", { mount: "ignores", refusesCancels: true }, "DELETE 405", 2],
  ])("and %s that a mount request began for a blob that the repository has", async ([, traits, reply, open]) => {
    const registry = await registryWith(traits);
    await push(`${registry.host}/first:1`);
    await push(`${registry.host}/second:1`);
    const copy = withLabels(await pull(`${registry.host}/first:1`), { changed: "yes" });
    registry.log.splice(0);
    await writeImage(copy, reference(`${registry.host}/second:2`), { registry: { concurrency: 1 } });
    const blobs = registry.log.filter((line) => line.includes("/second/blobs/"));
    const presentBlob = ["POST 202", "HEAD 200", reply];
    const changedConfiguration = ["HEAD 404", "POST 202", "PUT 201"];
    expect(blobs.map((line) => line.replace(/ .* /, " "))).toEqual(
      [presentBlob, presentBlob, changedConfiguration].flat(),
    );
    expect(registry.openUploads()).toBe(open);
    expect(await validateImage(await pull(`${registry.host}/second:2`))).toEqual([]);
  });

  test.for<[NonNullable<Traits["mount"]>, number]>([
    ["answers 202 with the location of the blob", 0],
    ["answers 202 with an invalid escape", 2],
  ])("and keeps a present blob if the registry %s to a mount request", async ([mount, cancellations]) => {
    const registry = await registryWith({ mount });
    await push(`${registry.host}/first:1`);
    await push(`${registry.host}/second:1`);
    const copy = withLabels(await pull(`${registry.host}/first:1`), { changed: "yes" });
    registry.log.splice(0);
    await writeImage(copy, reference(`${registry.host}/second:2`), { registry: { concurrency: 1 } });
    const deletions = registry.log.filter((line) => line.startsWith("DELETE"));
    expect(deletions.filter((line) => !line.includes("/uploads/"))).toEqual([]);
    expect(deletions).toHaveLength(cancellations);
    expect(await validateImage(await pull(`${registry.host}/second:2`))).toEqual([]);
  });

  test("and resumes an upload in the middle of a failed chunk", async () => {
    const registry = await registryWith({});
    registry.breakNextChunk();
    const clock = impatientClock();
    const size = image.layers[0]?.size ?? 0;
    await push(`${registry.host}/app:1`, { ...chunks, clock });
    const [first = 0, ...rest] = registry.chunks;
    expect(first).toBeLessThan(20_000);
    expect(first + rest.reduce((sum, each) => sum + each, 0)).toBe(size);
    expect(clock.waits).toEqual([250]);
    expect(await validateImage(await pull(`${registry.host}/app:1`))).toEqual([]);
  });

  test("and prints each warning of the registry once", async () => {
    const registry = await registryWith({ warning: '299 - "this registry \\"closes\\" in May", 199 - "misc"' });
    const warnings: string[] = [];
    await push(`${registry.host}/app:1`, { warn: (text) => void warnings.push(text) });
    expect(warnings).toEqual([`${registry.host} warns: this registry "closes" in May`]);
  });
});

test("uploads and downloads run in parallel up to the concurrency limit", async () => {
  const others = await Promise.all([1, 2, 3].map((each) => samples.image(seed * 1000 + each)));
  const many = appendLayers(
    image,
    others.flatMap(({ layers }) => layers).map((layer) => ({ layer })),
  );
  const proxy = await proxied(real.host);
  const slow = { on: /blobs/, fault: { kind: "slow" }, times: 1000 } as const;
  proxy.inject(slow);
  await writeImage(many, reference(`${proxy.host}/many:1`), { registry: { concurrency: 3 } });
  expect(proxy.busiest()).toBe(3);
  proxy.inject(slow);
  const dir = await mkdtemp(join(tmpdir(), "registry-layout-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await writeImage(await pull(`${proxy.host}/many:1`), reference(`oci:${dir}/layout`));
  expect(proxy.busiest()).toBe(4);
  expect(await validateImage(await readImage(reference(`oci:${dir}/layout`)))).toEqual([]);
});

describe("images for several platforms", () => {
  test("are uploaded after their blobs and before their index", async () => {
    const proxy = await proxied(real.host);
    const arm = { ...image, config: { ...image.config, architecture: "arm64" } };
    await writeImages({ images: [image, arm] }, reference(`${proxy.host}/multi:1`));
    const puts = proxy.log.filter((line) => line.startsWith("PUT")).map((line) => line.replace(/.*multi\//, ""));
    const kinds = puts.map((line) => line.replace(/\/(uploads|sha256:).*/, ""));
    expect(kinds).toEqual(["blobs", "blobs", "blobs", "blobs", "manifests", "manifests", "manifests/1"]);
  });

  test("get no tag if one of the images fails to upload", async () => {
    const proxy = await proxied(real.host);
    proxy.inject({ on: /^PUT .*manifests\/sha256/, fault: { kind: "status", status: 400 }, times: 100 });
    const arm = { ...image, config: { ...image.config, architecture: "arm64" } };
    const written = writeImages({ images: [image, arm] }, reference(`${proxy.host}/broken:1`));
    await expect(written).rejects.toMatchObject({ code: "REGISTRY_FAILED" });
    await expect(pull(`${real.host}/broken:1`)).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
  });
});

describe("tags of a repository", () => {
  test.for<[string, Traits]>([
    ["from one page", {}],
    ["from many pages", { pageSize: 2 }],
  ])("are listed in order %s", async ([, traits]) => {
    const registry = await registryWith(traits);
    for (const tag of ["1", "2", "3", "4", "5"]) await push(`${registry.host}/app:${tag}`);
    expect(await listTags(reference(`${registry.host}/app`))).toEqual(["1", "2", "3", "4", "5"]);
  });

  test("are listed by Debian's registry, and a missing repository is an error", async () => {
    await push(`${real.host}/tags:b`);
    await push(`${real.host}/tags:a`);
    expect(await listTags(reference(`${real.host}/tags`))).toEqual(["a", "b"]);
    await expect(listTags(reference(`${real.host}/none`))).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    await expect(listTags(reference("oci:dir"))).rejects.toMatchObject({ code: "IMAGE_REFERENCE_UNSUPPORTED" });
  });

  test("with an endless list of pages are an error", async () => {
    const server = http.createServer((request, response) => {
      response.setHeader("link", `<${request.url?.split("?")[0]}?again>; rel="next"`);
      response.end('{"tags":["x"]}');
    });
    const { host } = await tracked(listen(server));
    await expect(listTags(reference(`${host}/app`))).rejects.toMatchObject({
      code: "REGISTRY_FAILED",
      message: `cannot list the tags of ${host}/app: the list that ${host} returns has more than 10000 pages, or repeats a page`,
    });
  });

  test("are deleted where the registry supports it, and so are blobs", async () => {
    const registry = await registryWith({ deletesTags: true });
    await push(`${registry.host}/app:1`);
    await push(`${registry.host}/app:2`);
    await deleteImage(reference(`${registry.host}/app:1`));
    expect(await listTags(reference(`${registry.host}/app`))).toEqual(["2"]);
    const { configDigest } = serializeImage(image);
    await deleteBlob(reference(`${registry.host}/app`), configDigest);
    await expect(deleteBlob(reference(`${registry.host}/app`), configDigest)).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
    });
  });

  test("are unchanged if the registry refuses deletion", async () => {
    const proxy = await proxied(real.host);
    await push(`${real.host}/kept:1`);
    const body = '{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}';
    proxy.inject({ on: /^DELETE/, fault: { kind: "status", status: 405, body }, times: 100 });
    await expect(deleteImage(reference(`${proxy.host}/kept:1`))).rejects.toMatchObject({
      code: "REGISTRY_FAILED",
      message: `cannot delete ${proxy.host}/kept:1: ${proxy.host} does not support this operation (HTTP 405: UNSUPPORTED: The operation is unsupported.)`,
    });
    expect(await validateImage(await pull(`${real.host}/kept:1`))).toEqual([]);
  });
});

describe("referrers of an image", () => {
  const sbom = {
    artifactType: "application/vnd.cyclonedx+json",
    files: [{ mediaType: "application/vnd.cyclonedx+json", content: Buffer.from('{"bomFormat":"CycloneDX"}') }],
  };
  const signature = { artifactType: "application/vnd.test.signature", files: [], annotations: { by: "me" } };

  test.for<[string, Traits | undefined]>([
    ["a registry with the referrers API", { referrers: true }],
    ["a registry with the referrers API and filters", { referrers: true, filtersReferrers: true }],
    ["a registry with the referrers API in pages", { referrers: true, pageSize: 1 }],
    ["the fallback tag in a registry without the referrers API", {}],
    ["the fallback tag in Debian's registry", undefined],
  ])("are listed by %s", async ([, traits]) => {
    const host = traits === undefined ? real.host : (await registryWith(traits)).host;
    const name = `${host}/referred-${seed}`;
    const { manifestDigest } = await push(`${name}:1`);
    expect(await referrers(reference(`${name}:1`))).toEqual([]);
    const first = await attach(reference(`${name}:1`), sbom);
    const second = await attach(reference(`${name}@${manifestDigest}`), signature);
    await attach(reference(`${name}:1`), sbom); // once more is the same
    expect(await referrers(reference(`${name}:1`))).toEqual([first, second]);
    expect(await referrers(reference(`${name}:1`), { artifactType: signature.artifactType })).toEqual([
      {
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        digest: second.digest,
        size: second.size,
        artifactType: signature.artifactType,
        annotations: signature.annotations,
      },
    ]);
    await deleteImage(reference(`${name}@${first.digest}`));
    expect(await referrers(reference(`${name}:1`))).toEqual([second]);
    if (traits === undefined) expect(await incompleteTags(host, `referred-${seed}`)).toEqual([]);
  });

  test("are not confused with the image's platforms if the registry resolves the fallback tag as a digest", async () => {
    const { host } = await registryWith({ confusesReferrers: true });
    const arm = { ...image, config: { ...image.config, architecture: "arm64" } };
    await writeImages({ images: [image, arm] }, reference(`${host}/app:1`));
    await push(`${host}/app:2`);
    expect(await referrers(reference(`${host}/app:1`))).toEqual([]);
    expect(await referrers(reference(`${host}/app:2`))).toEqual([]);
  });

  test("are not listed for a missing image", async () => {
    await expect(referrers(reference(`${real.host}/absent:1`))).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
  });
});

describe("copying an image", () => {
  test.for<[string, (from: string) => Promise<string>]>([
    ["within a registry mounts all blobs", async (from) => `${from}/copy/of:1`],
    ["between registries transfers all blobs", async () => `${(await registryWith({})).host}/copy/of:1`],
  ])("%s", async ([name, target]) => {
    const proxy = await proxied(real.host);
    const arm = { ...image, config: { ...image.config, architecture: "arm64" } };
    const { digest } = await writeImages({ images: [image, arm] }, reference(`${proxy.host}/original-${seed}:1`));
    proxy.log.splice(0);
    const to = reference(await target(proxy.host));
    expect(await copyImage(reference(`${proxy.host}/original-${seed}:1`), to)).toEqual({ digest });
    expect(await resolveDigest(to)).toBe(digest);
    const fetched = proxy.log.filter((line) => line.startsWith("GET") && line.includes("/blobs/"));
    expect(fetched.length).toBe(name.includes("mounts") ? 0 : 4);
    for (const architecture of ["amd64", "arm64"]) {
      const copy = await readImage(to, { platform: { os: "linux", architecture } });
      expect(await validateImage(copy)).toEqual([]);
    }
  });

  test.for([
    ["to the same name writes nothing", "copy-again", "copy-again", []],
    ["to another tag of its repository writes only the tag", "copy-tag", "copy-tag:2", ["PUT"]],
  ] as const)("again %s", async ([, first, second, written]) => {
    const [source, proxy] = [await registryWith({}), await proxied(real.host)];
    const arm = { ...image, config: { ...image.config, architecture: "arm64" } };
    const from = reference(`${source.host}/original:1`);
    const { digest } = await writeImages({ images: [image, arm] }, from);
    await copyImage(from, reference(`${proxy.host}/${first}`));
    proxy.log.splice(0);
    expect(await copyImage(from, reference(`${proxy.host}/${second}`))).toEqual({ digest });
    expect(proxy.log.flatMap((line) => /^(?!GET|HEAD)\w+/.exec(line) ?? [])).toEqual(written);
    expect(proxy.log.filter((line) => line.includes("/blobs/"))).toEqual([]);
  });

  test("to a reference with another digest is refused", async () => {
    await push(`${real.host}/copied:1`);
    const other = `${real.host}/copied@${digestOf("other")}`;
    await expect(copyImage(reference(`${real.host}/copied:1`), reference(other))).rejects.toMatchObject({
      code: "IMAGE_INVALID",
    });
  });
});

describe("a registry mirror", () => {
  const read = async (name: string, options: RegistryOptions) => {
    const copy = await pull(name, options);
    for (const layer of copy.layers) for await (const _ of layer.compressed());
    return validateImage(copy);
  };

  test.for<[string, (mirror: string, host: string) => RegistryOptions["mirrors"], string]>([
    ["for a single registry", (mirror, host) => ({ [host]: [mirror] }), "app"],
    ["for all registries", (mirror) => ({ "*": [mirror] }), "app"],
    ["with a path prefix", (mirror) => ({ "*": [`${mirror}/cache/of`] }), "cache/of/app"],
  ])("%s is read instead of the registry", async ([, mirrors, path]) => {
    const [mirror, origin] = [await registryWith({}), await proxied(real.host)];
    await push(`${mirror.host}/${path}:1`);
    const name = `${origin.host}/app:1`;
    expect(await read(name, { mirrors: mirrors(mirror.host, origin.host) ?? {} })).toEqual([]);
    expect(origin.log).toEqual([]);
  });

  test.for<[string, (mirror: FaultProxy) => string]>([
    ["that is unreachable", () => "127.0.0.1:1"],
    ["without the image", () => real.host],
    [
      "that answers HTTP 500",
      (mirror) => {
        mirror.inject({ on: /manifests|blobs/, fault: { kind: "status", status: 500 }, times: 1000 });
        return mirror.host;
      },
    ],
    [
      "with modified manifests",
      (mirror) => {
        mirror.inject({ on: /^GET .*manifests/, fault: { kind: "changed answer" }, times: 1000 });
        return mirror.host;
      },
    ],
    [
      "with modified configurations",
      (mirror) => {
        mirror.inject({ on: /^GET .*blobs/, fault: { kind: "changed answer" }, times: 1 });
        return mirror.host;
      },
    ],
    [
      "with interrupted blob downloads",
      (mirror) => {
        mirror.inject({ on: /^GET .*blobs/, fault: { kind: "cut answer" }, times: 1000 });
        return mirror.host;
      },
    ],
  ])("%s is skipped without a long delay", async ([, prepare]) => {
    const origin = await registryWith({});
    await push(`${origin.host}/app:1`);
    const mirror = await proxied(origin.host);
    const clock = impatientClock();
    const options = { mirrors: { [origin.host]: [prepare(mirror)] }, clock };
    expect(await read(`${origin.host}/app:1`, options)).toEqual([]);
    expect(clock.waits.length).toBeLessThan(20);
  });

  test("with modified layers causes an error, but is skipped if a local store is given", async () => {
    const origin = await registryWith({});
    await push(`${origin.host}/app:1`);
    const mirror = await proxied(origin.host);
    const layer = image.layers[0]?.digest ?? "";
    const change = () => mirror.inject({ on: new RegExp(layer), fault: { kind: "changed answer" }, times: 100 });
    const options = () => ({ mirrors: { [origin.host]: [mirror.host] } });
    change();
    await expect(read(`${origin.host}/app:1`, options())).rejects.toMatchObject({
      code: "BLOB_CORRUPT",
      message: expect.stringContaining(`blob ${layer} in ${origin.host}/app:1 is damaged: its digest is`),
    });
    change();
    const { store, remove } = await sampleImages();
    const copy = await readImage(reference(`${origin.host}/app:1`), { registry: options(), store });
    expect(await validateImage(copy)).toEqual([]);
    await remove();
  });

  test("is not used for pushes", async () => {
    const [mirror, origin] = [await registryWith({}), await registryWith({})];
    await push(`${origin.host}/app:1`, { mirrors: { "*": [mirror.host] } });
    expect(mirror.log).toEqual([]);
  });
});

describe("pulling an image is refused if its manifest", () => {
  const serving = (headers: Record<string, string>, body: string) =>
    tracked(
      listen(
        http.createServer((request, response) => {
          response.writeHead(200, request.url === "/v2/" ? {} : headers).end(body);
        }),
      ),
    );
  const v1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";
  const oci = "application/vnd.oci.image.manifest.v1+json";
  const index = "application/vnd.oci.image.index.v1+json";

  test.for<[string, Record<string, string>, string, string]>([
    [
      "has Docker's schema 1 as content type",
      { "content-type": v1 },
      "{}",
      "HOST/app:1 has a manifest of Docker's schema 1, which has been deprecated since 2017",
    ],
    [
      "has schemaVersion 1",
      { "content-type": "application/json" },
      '{"schemaVersion":1}',
      "HOST/app:1 has a manifest of Docker's schema 1, which has been deprecated since 2017",
    ],
    [
      "has a mediaType that differs from the content type",
      { "content-type": oci },
      JSON.stringify({ schemaVersion: 2, mediaType: index }),
      `the manifest of HOST/app:1 has the media type ${index}, but the registry's Content-Type header is ${oci}`,
    ],
    ["is not JSON", { "content-type": oci }, "no", "the manifest of HOST/app:1 is not JSON"],
    [
      "is too large",
      { "content-type": oci },
      " ".repeat(9 * 1024 * 1024),
      "the manifest of HOST/app:1 is larger than 8388608 bytes",
    ],
  ])("%s", async ([, headers, body, message]) => {
    const { host } = await serving(headers, body);
    await expect(pull(`${host}/app:1`)).rejects.toMatchObject({
      code: "IMAGE_INVALID",
      message: message.replace("HOST", host),
    });
  });
});

describe("a redirect of a registry", () => {
  const redirecting = (location: string, status = 307) =>
    tracked(
      listen(
        http.createServer((request, response) => {
          if (request.url === "/v2/") return void response.end();
          response.writeHead(status, { location: location.replace("PATH", request.url ?? "") }).end();
        }),
      ),
    );

  test.for<[string, string, string]>([
    ["in an endless loop", "PATH", "HOST redirected a request more than 10 times"],
    [
      "to a file",
      "file:///etc/passwd",
      'HOST redirected a request to "file:///etc/passwd", which is not a valid http or https URL',
    ],
    ["without a host", "http://", 'HOST redirected a request to "http://", which is not a valid http or https URL'],
  ])("%s is not followed", async ([, location, message]) => {
    const { host } = await redirecting(location);
    await expect(pull(`${host}/app:1`)).rejects.toMatchObject({
      code: "REGISTRY_FAILED",
      message: message.replace("HOST", host),
    });
  });

  test("is followed for uploads, too", async () => {
    const target = await registryWith({});
    const { host } = await redirecting(`http://${target.host}PATH`);
    await push(`${host}/app:1`, chunks);
    expect(await validateImage(await pull(`${target.host}/app:1`))).toEqual([]);
  });
});

test("a registry that answers with HTTP 101 Switching Protocols is reported as unreachable", async () => {
  const upgrade = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nx";
  const { host } = await tracked(listen(http.createServer(({ socket }) => void socket.end(upgrade))));
  await expect(pull(`${host}/app:1`, { clock: impatientClock() })).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
    message: expect.stringMatching(/^cannot pull /),
  });
});
