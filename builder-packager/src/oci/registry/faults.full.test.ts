// @needs docker-registry
import { afterAll, beforeAll, expect, test } from "vitest";
import { incompleteTags } from "../../../../test/support/registry/audit.ts";
import { type Fault, type FaultProxy, type Rule, startFaultProxy } from "../../../../test/support/registry/faults.ts";
import { impatientClock, sampleImages } from "../../../../test/support/registry/sample.ts";
import { startRegistry } from "../../../../test/support/service.ts";
import { readImage, writeImage } from "../image-io.ts";
import { parseImageReference } from "../model/reference.ts";
import { validateImage } from "../model/validate.ts";
import type { RegistryOptions } from "../registry-options.ts";

let registry: Awaited<ReturnType<typeof startRegistry>>;
let proxy: FaultProxy;
let samples: Awaited<ReturnType<typeof sampleImages>>;
beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
  samples = await sampleImages();
});
afterAll(() => Promise.all([samples.remove(), proxy.stop(), registry.stop()]));

let seed = 0;
const always = 1000;
const status = (code: number, headers = {}, body?: string): Fault => ({
  kind: "status",
  status: code,
  headers,
  ...(body !== undefined && { body }),
});
const errors = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] });

/**
 * The expectation of a line in the tables: the total waiting time, or the error. `NAME` and `HOST`
 * stand for the image's.
 */
type Outcome =
  | { readonly waits: readonly number[] }
  | { readonly code: string; readonly message: string; readonly hint?: string };
type Line = readonly [name: string, rules: readonly Rule[], outcome: Outcome, options?: RegistryOptions];

const fine = (...waits: readonly number[]): Outcome => ({ waits });
const once = (on: RegExp, fault: Fault["kind"]): Rule => ({ on, fault: { kind: fault } as Fault });
const blobPut = /^PUT .*uploads/;
const tagPut = /^PUT .*manifests\/1$/;
/** A busy machine is silent, too: there may be more waits than the one. */
const afterSilence: Outcome = { waits: expect.arrayContaining([250]) as unknown as number[] };
const impatient: RegistryOptions = { idleTimeout: 300, documentTimeout: 600 };
const chunks: RegistryOptions = { chunkSize: 20_000, concurrency: 1 };

/** Does something with faults, and says how it went. What is behind the proxy must be complete whatever happened. */
async function outcomeOf(
  repository: string,
  options: RegistryOptions,
  work: (options: RegistryOptions) => Promise<void>,
) {
  const clock = impatientClock();
  try {
    await work({ clock, ...options });
    return { waits: clock.waits };
  } catch (error) {
    const { code, message, hint } = error as { code?: string; message: string; hint?: string };
    const plain = (text = "") => text.replaceAll(proxy.host, "HOST").replaceAll(`HOST/${repository}:1`, "NAME");
    return { code, message: plain(message), hint: plain(hint) };
  } finally {
    proxy.inject();
    expect(await incompleteTags(registry.host, repository)).toEqual([]);
  }
}

/** The lines by what happens and after which fault. */
const titled = (lines: readonly Line[]): readonly Line[] =>
  lines.map(([fault, rules, outcome, ...options]) => [
    `${"code" in outcome ? `fails with ${outcome.code}` : "succeeds"} after ${fault}`,
    rules,
    outcome,
    ...options,
  ]);

const pushes: readonly Line[] = [
  ["HTTP 429 with Retry-After", [{ on: /^HEAD/, fault: status(429, { "retry-after": "2" }) }], fine(2000)],
  [
    "HTTP 503 twice at the start of an upload",
    [{ on: /^POST/, fault: status(503), times: 2 }],
    fine(250, 1000),
    chunks,
  ],
  ["HTTP 500 at a blob upload", [{ on: blobPut, fault: status(500) }], fine(250)],
  [
    "HTTP 502 with an HTML page at the manifest",
    [{ on: tagPut, fault: status(502, {}, "<html>bad</html>") }],
    fine(250),
  ],
  ["a connection reset at the blob existence check", [once(/^HEAD/, "reset")], fine(250)],
  ["a connection reset at the start of an upload", [once(/^POST/, "reset")], fine(250)],
  ["a connection reset during an upload", [once(blobPut, "reset")], fine(250)],
  ["a connection reset at the manifest upload", [once(tagPut, "reset")], fine(250)],
  ["a lost response at the start of an upload", [once(/^POST/, "lost answer")], fine(250)],
  ["a lost response to an upload", [once(blobPut, "lost answer")], fine(250)],
  ["a lost response to the manifest upload", [once(tagPut, "lost answer")], fine(250)],
  ["a connection cut in the middle of an upload", [once(blobPut, "cut request")], fine(250)],
  ["a connection cut in the middle of the manifest", [once(tagPut, "cut request")], fine(250)],
  ["changed bytes in an upload", [once(blobPut, "changed request")], fine(250)],
  ["no response to the blob existence check", [once(/^HEAD/, "silence")], afterSilence, impatient],
  ["no response to an upload", [once(blobPut, "silence")], afterSilence, impatient],
  ["HTTP 429 at a chunk", [{ on: /^PATCH/, fault: status(429, { "retry-after": "1" }) }], fine(1000), chunks],
  ["a connection reset at a chunk", [once(/^PATCH/, "reset")], fine(250), chunks],
  ["a connection cut in the middle of a chunk", [once(/^PATCH/, "cut request")], fine(250, 250), chunks],
  ["a lost response to a chunk", [once(/^PATCH/, "lost answer")], fine(250, 250), chunks],
  [
    "a lost response to the end of a chunked upload",
    [once(/^PUT .*uploads.*digest/, "lost answer")],
    fine(250),
    chunks,
  ],
  ["changed bytes in a chunk", [once(/^PATCH/, "changed request")], fine(), chunks],
  ["HTTP 405 because chunks are not supported", [{ on: /^PATCH/, fault: status(405), times: always }], fine(), chunks],
  ["HTTP 416 for the range of a chunk", [{ on: /^PATCH.*/, fault: status(416) }], fine(250), chunks],
  [
    "an upload that the registry reports as created but does not store",
    [{ on: blobPut, fault: status(201) }],
    fine(250),
  ],
  ["an existence check that wrongly reports a blob as present", [{ on: /^HEAD/, fault: status(200) }], fine(250)],
  [
    "a manifest refused because the registry does not see its blobs yet",
    [{ on: tagPut, fault: status(404, {}, errors("MANIFEST_BLOB_UNKNOWN", "blob unknown")) }],
    fine(250),
  ],
  [
    "HTTP 429 with a Retry-After of an hour",
    [
      {
        on: /^POST/,
        fault: status(429, { "retry-after": "3600" }, errors("TOOMANYREQUESTS", "You have reached your limit")),
      },
    ],
    {
      code: "REGISTRY_FAILED",
      message:
        "cannot push NAME: HOST limits the rate of requests (HTTP 429: TOOMANYREQUESTS: You have reached your limit)",
      hint: "Try again in 3600 s, or log in: registries have higher limits for authenticated users.",
    },
    chunks,
  ],
  [
    "HTTP 500 at every upload",
    [{ on: blobPut, fault: status(500), times: always }],
    { code: "REGISTRY_FAILED", message: "cannot push NAME: HOST answered HTTP 500" },
  ],
  [
    "HTTP 500 at every manifest upload",
    [{ on: tagPut, fault: status(500, {}, errors("UNKNOWN", "disk full")), times: always }],
    { code: "REGISTRY_FAILED", message: "cannot push NAME: HOST answered HTTP 500: UNKNOWN: disk full" },
  ],
  [
    "a connection reset at every upload",
    [{ on: blobPut, fault: { kind: "reset" }, times: always }],
    {
      code: "REGISTRY_UNREACHABLE",
      message: "cannot push NAME: the registry HOST cannot be reached",
      hint: "Check the host name, the network and the proxy settings.",
    },
  ],
  [
    "a connection cut in the middle of every upload",
    [{ on: blobPut, fault: { kind: "cut request" }, times: always }],
    {
      code: "REGISTRY_UNREACHABLE",
      message: "cannot push NAME: the registry HOST cannot be reached",
      hint: "Check the host name, the network and the proxy settings.",
    },
  ],
  [
    "a connection cut in the middle of every chunk",
    [{ on: /^PATCH/, fault: { kind: "cut request" }, times: always }],
    {
      code: "REGISTRY_UNREACHABLE",
      message: "cannot push NAME: the registry HOST cannot be reached",
      hint: "Check the host name, the network and the proxy settings.",
    },
    chunks,
  ],
  [
    "changed bytes in every upload",
    [{ on: blobPut, fault: { kind: "changed request" }, times: always }],
    {
      code: "REGISTRY_FAILED",
      message:
        "cannot push NAME: HOST answered HTTP 400: DIGEST_INVALID: provided digest did not match uploaded content",
    },
  ],
  [
    "uploads that are never stored",
    [{ on: blobPut, fault: status(201), times: always }],
    {
      code: "REGISTRY_FAILED",
      message: expect.stringMatching(
        /^cannot push NAME: HOST answered HTTP 400: MANIFEST_BLOB_UNKNOWN: blob unknown/,
      ) as never,
    },
  ],
  [
    "HTTP 413 for large bodies from a proxy before the registry",
    [{ on: /^(PUT|PATCH)/, above: 1_000_000, fault: status(413, {}, "<html>too large</html>"), times: always }],
    fine(),
  ],
  [
    "HTTP 416 for chunks that exceed GitHub's limit",
    [{ on: /^PATCH/, fault: status(416, {}, errors("REQUESTED_RANGE_NOT_SATISFIABLE", "too large")), times: always }],
    fine(250),
    chunks,
  ],
  [
    "HTTP 413 for every body",
    [{ on: /^(PUT|PATCH) .*uploads/, fault: status(413, {}, "<html>too large</html>"), times: always }],
    { code: "REGISTRY_FAILED", message: "cannot push NAME: HOST answered HTTP 413" },
  ],
  [
    "HTTP 404 for a repository that must be created first",
    [{ on: /^POST/, fault: status(404, {}, errors("NAME_UNKNOWN", "no such repository")), times: always }],
    {
      code: "IMAGE_NOT_FOUND",
      message: "cannot push NAME: HOST has no such repository (HTTP 404: NAME_UNKNOWN: no such repository)",
      hint: "Create the repository first, or check its name.",
    },
  ],
  [
    "HTTP 403 for missing push permission",
    [
      {
        on: /^POST/,
        fault: status(403, {}, errors("DENIED", "requested access to the resource is denied")),
        times: always,
      },
    ],
    {
      code: "REGISTRY_DENIED",
      message: "cannot push NAME: HOST denied access (HTTP 403: DENIED: requested access to the resource is denied)",
      hint: 'Log in with "docker login HOST" or "podman login HOST", and check the name: registries also deny access to images that do not exist.',
    },
  ],
  [
    "changed bytes in the manifest",
    [{ on: tagPut, fault: { kind: "changed request" } }],
    {
      code: "REGISTRY_FAILED",
      message: "cannot push NAME: HOST answered HTTP 400: MANIFEST_INVALID: manifest invalid",
    },
  ],
];

test.for(titled(pushes))("pushing an image %s", { timeout: 30_000 }, async ([, rules, outcome, options = {}]) => {
  const image = await samples.image(++seed, rules.some(({ above }) => above) ? 1_200_000 : 60_000);
  const repository = `push-${seed}`;
  proxy.inject(...rules);
  const actual = await outcomeOf(repository, options, async (given) => {
    await writeImage(image, parseImageReference(`${proxy.host}/${repository}:1`), { registry: given });
    const copy = await readImage(parseImageReference(`${registry.host}/${repository}:1`));
    expect(await validateImage(copy)).toEqual([]);
    expect(copy.config).toEqual(image.config);
  });
  expect(actual).toEqual("code" in outcome ? { hint: expect.any(String), ...outcome } : outcome);
});

test.for<readonly [string, RegExp]>([
  ["starts an upload", /^POST/],
  ["stores an upload", blobPut],
])(
  "a registry that always answers HTTP 500 to the request that %s gets five such requests for the first blob and no such request for the other blobs",
  async ([, on]) => {
    const image = await samples.image(++seed);
    const reference = parseImageReference(`${proxy.host}/patience-${seed}:1`);
    const clock = impatientClock();
    proxy.inject({ on, fault: status(500), times: always });
    await expect(writeImage(image, reference, { registry: { clock, concurrency: 1 } })).rejects.toMatchObject({
      code: "REGISTRY_FAILED",
    });
    proxy.inject();
    expect(clock.waits).toEqual([250, 1000, 3000, 8000]);
  },
);

const layer = /^GET .*blobs/;
const manifest = /^GET .*manifests/;

const pulls: readonly Line[] = [
  ["HTTP 429 with Retry-After", [{ on: manifest, fault: status(429, { "retry-after": "2" }) }], fine(2000)],
  ["HTTP 503 at a blob", [{ on: layer, fault: status(503) }], fine(250)],
  ["a connection reset at the manifest", [once(manifest, "reset")], fine(250)],
  ["three connection resets at a blob", [{ on: layer, fault: { kind: "reset" }, times: 3 }], fine(250, 1000, 3000)],
  ["a connection cut in the middle of the manifest", [once(manifest, "cut answer")], fine(250)],
  ["a connection cut in the middle of a blob", [once(layer, "cut answer")], fine(250)],
  ["a blob truncated without a connection error", [once(layer, "short answer")], fine(250)],
  [
    "four connections cut in the middle of a blob",
    [{ on: layer, fault: { kind: "cut answer" }, times: 4 }],
    fine(250, 1000, 3000, 8000),
  ],
  ["no response to the manifest request", [once(manifest, "silence")], afterSilence, impatient],
  ["no response to a blob request", [once(layer, "silence")], afterSilence, impatient],
  ["a slow manifest", [once(manifest, "slow")], fine()],
  ["slow blobs", [{ on: layer, fault: { kind: "slow" }, times: always }], fine()],
  [
    "a manifest truncated without a connection error",
    [once(manifest, "short answer")],
    {
      code: "BLOB_CORRUPT",
      message: expect.stringMatching(/^the manifest of NAME is damaged: its digest is/) as never,
    },
  ],
  [
    "changed bytes in the manifest",
    [once(manifest, "changed answer")],
    {
      code: "BLOB_CORRUPT",
      message: expect.stringMatching(/^the manifest of NAME is damaged: its digest is/) as never,
    },
  ],
  [
    "changed bytes in a blob",
    [once(layer, "changed answer")],
    {
      code: "BLOB_CORRUPT",
      message: expect.stringMatching(/^blob sha256:\w+ in NAME is damaged: its digest is/) as never,
    },
  ],
  [
    "HTTP 500 at every manifest",
    [{ on: manifest, fault: status(500), times: always }],
    { code: "REGISTRY_FAILED", message: "cannot pull NAME: HOST answered HTTP 500" },
  ],
  [
    "HTTP 429 at every blob",
    [{ on: layer, fault: status(429, {}, errors("TOOMANYREQUESTS", "slow down")), times: always }],
    {
      code: "REGISTRY_FAILED",
      message: "cannot pull NAME: HOST limits the rate of requests (HTTP 429: TOOMANYREQUESTS: slow down)",
      hint: "Try again later, or log in: registries have higher limits for authenticated users.",
    },
  ],
  [
    "a connection reset at every blob",
    [{ on: layer, fault: { kind: "reset" }, times: always }],
    {
      code: "REGISTRY_UNREACHABLE",
      message: "cannot pull NAME: the registry HOST cannot be reached",
      hint: "Check the host name, the network and the proxy settings.",
    },
  ],
  [
    "no response to any request",
    [{ on: /v2/, fault: { kind: "silence" }, times: always }],
    {
      code: "REGISTRY_UNREACHABLE",
      message: "cannot pull NAME: the registry HOST cannot be reached",
      hint: "Check the host name, the network and the proxy settings.",
    },
    impatient,
  ],
  [
    "HTTP 404 for a blob",
    [{ on: layer, fault: status(404, {}, errors("BLOB_UNKNOWN", "blob unknown to registry")), times: always }],
    {
      code: "IMAGE_NOT_FOUND",
      message: "cannot pull NAME: HOST has no such image (HTTP 404: BLOB_UNKNOWN: blob unknown to registry)",
      hint: "Check the name and the tag, and log in if the image is private.",
    },
  ],
];

test.for(titled(pulls))("pulling an image %s", { timeout: 30_000 }, async ([, rules, outcome, options = {}]) => {
  const image = await samples.image(++seed);
  const repository = `pull-${seed}`;
  await writeImage(image, parseImageReference(`${registry.host}/${repository}:1`));
  proxy.inject(...rules);
  const actual = await outcomeOf(repository, options, async (given) => {
    const copy = await readImage(parseImageReference(`${proxy.host}/${repository}:1`), { registry: given });
    for (const each of copy.layers) for await (const _ of each.compressed());
    expect(await validateImage(copy)).toEqual([]);
  });
  expect(actual).toEqual("code" in outcome ? { hint: expect.any(String), ...outcome } : outcome);
});

test("every tag pushed to a faulty registry refers to a complete image", async () => {
  expect(await incompleteTags(registry.host)).toEqual([]);
});
