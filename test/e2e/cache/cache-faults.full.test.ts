// @needs docker-registry
import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../support/cnb.ts";
import { incompleteTags } from "../../support/registry/audit.ts";
import { type Fault, type FaultProxy, startFaultProxy } from "../../support/registry/faults.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { saidIn, shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

const all = process.env["LIBCNB_TEST_ALL"] === "1";
// What takes long is with the long tests; of some kinds one is always run.
const some = <Row>(rows: readonly Row[]): readonly Row[] => rows.slice(0, all ? undefined : 1);
const onlyWithAll = <Row>(rows: readonly Row[]): readonly Row[] => (all ? rows : []);

/**
 * What goes wrong with caches and registries: the build that meets it, or the next one, makes the image of a build that nothing
 * disturbed, no wrong layer is used again, and no image is there in part.
 */
let world: TinyWorld;
let registry: Registry;
let proxy: FaultProxy;

/** Keeps a layer for itself, and one that is in the image, too; says what came back. */
const keep = (name: string) => `
for layer in ${name}-own ${name}-shared; do
  if test -d $layer; then echo "$layer: $(cat $layer/file)"; else mkdir $layer; echo "of $layer" > $layer/file; fi
done
printf '[types]\\ncache = true\\n' > ${name}-own.toml
printf '[types]\\ncache = true\\nlaunch = true\\n' > ${name}-shared.toml
mkdir -p ${name}-made; cat /workspace/version > ${name}-made/file
printf '[types]\\nlaunch = true\\n' > ${name}-made.toml
`;
const allKept = ["one", "two"].flatMap((name) =>
  ["own", "shared"].map((kind) => `${name}-${kind}: of ${name}-${kind}`),
);

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/one", keep("one")), shellScript("test/two", keep("two"))]);
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
  await world.write("app", { version: "1" });
});
afterAll(async () => {
  await Promise.all([proxy?.stop(), registry?.stop()]);
  await world?.remove();
});
beforeEach(() => proxy.inject());

const digestOf = ({ stdout, stderr, exitCode }: Outcome): string => {
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
};
const warningsOf = ({ stderr }: Outcome): readonly string[] =>
  stderr.split("\n").filter((line) => line.startsWith("WARNING"));

let machines = 0;
/** A build on a machine that knows nothing, by an address that breaks. */
const onFreshMachine = (name: string, flags: readonly string[] = []): Promise<Outcome> =>
  world.build(`${proxy.host}/${name}:1`, ["--cache-image", `${proxy.host}/${name}-cache:1`, ...flags], {
    cache: `machine-${++machines}`,
  });

let known: Promise<string> | undefined;
/** The digest of a build that nothing disturbs. */
const undisturbed = (): Promise<string> =>
  (known ??= world.build(`oci:${world.location("out/undisturbed")}`, [], { cache: "undisturbed" }).then(digestOf));

/** Digests of the layers of a cache image, by what they hold. */
async function cachedBlobs(name: string): Promise<Readonly<Record<string, string>>> {
  const { layers, config } = oci.imageFor(await oci.read(parseImageReference(`${registry.host}/${name}-cache:1`)));
  const label = JSON.parse(config.config?.Labels?.["io.buildpacks.lifecycle.cache.metadata"] ?? "{}");
  const digests = new Map(layers.map(({ diffId, digest }) => [diffId as string, String(digest)]));
  return Object.fromEntries(
    (label.buildpacks as { layers: Record<string, { sha: string }> }[]).flatMap((buildpack) =>
      Object.entries(buildpack.layers).map(([layer, { sha }]) => [layer, digests.get(sha) ?? ""]),
    ),
  );
}

test("a build downloads each layer that it restores from a cache image once, and no other layers", async () => {
  digestOf(await onFreshMachine("asked"));
  const blobs = await cachedBlobs("asked");
  expect(new Set(Object.values(blobs)).size).toBe(4);
  const from = proxy.log.length;
  const next = await onFreshMachine("asked", ["--buildpack", "test/one"]);
  expect(saidIn(next)).toEqual(["one-own: of one-own", "one-shared: of one-shared"]);
  const requests = proxy.log.slice(from).filter((line) => line.includes("/v2/asked-cache/"));
  const [manifest, config, ...layers] = requests.filter((line) => line.startsWith("GET"));
  expect([manifest, config]).toEqual([
    "GET /v2/asked-cache/manifests/1",
    expect.stringMatching(/^GET \/v2\/asked-cache\/blobs\/sha256:/),
  ]);
  // more than one at a time
  const wanted = ["one-own", "one-shared"].map((name) => `GET /v2/asked-cache/blobs/${blobs[name]}`);
  expect(layers.toSorted()).toEqual(wanted.toSorted());
  // what it has is not sent again: the configuration, which names fewer layers, is all that is new
  expect(
    requests.filter((line) => line.startsWith("PUT")).map((line) => line.replace(/uploads\/.*/, "uploads/…")),
  ).toEqual(["PUT /v2/asked-cache/blobs/uploads/…", "PUT /v2/asked-cache/manifests/1"]);
});

describe("a cache in a registry", () => {
  const passing: readonly (readonly [string, Fault])[] = [
    ["truncates a response", { kind: "cut answer" }],
    ["refuses", { kind: "status", status: 503 }],
    ["breaks connections", { kind: "reset" }],
    ["sends half of a blob", { kind: "short answer" }],
  ];
  test.for(some(passing))("that %s once loses no layers", { timeout: 120_000 }, async ([name, fault]) => {
    const repository = `once-${name.replaceAll(" ", "-")}`;
    digestOf(await onFreshMachine(repository));
    proxy.inject({ on: new RegExp(`^GET /v2/${repository}-cache/blobs/`), fault, times: 1 });
    const next = await onFreshMachine(repository);
    expect([digestOf(next), warningsOf(next)]).toEqual([await undisturbed(), []]);
    expect(saidIn(next)).toEqual(allKept);
  });

  const lasting: readonly (readonly [string, Fault])[] = [
    ["gives something else", { kind: "changed answer" }],
    ["refuses", { kind: "status", status: 404 }],
    ["truncates a response", { kind: "cut answer" }],
  ];
  test.for(onlyWithAll(lasting))(
    "that always %s for one layer loses only that layer, and the build caches this layer again",
    { timeout: 240_000 },
    async ([name, fault]) => {
      const repository = `always-${name.replaceAll(" ", "-")}`;
      digestOf(await onFreshMachine(repository));
      const { "two-shared": lost } = await cachedBlobs(repository);
      proxy.inject({ on: new RegExp(`^GET /v2/${repository}-cache/blobs/${lost}`), fault, times: 1000 });
      const next = await onFreshMachine(repository);
      expect([digestOf(next), warningsOf(next)]).toEqual([
        await undisturbed(),
        ["WARNING: not restoring test/two:two-shared: its files in the cache were changed or lost"],
      ]);
      expect(saidIn(next)).toEqual(allKept.slice(0, 3));
      proxy.inject();
      expect(saidIn(await onFreshMachine(repository))).toEqual(allKept);
      expect(await incompleteTags(registry.host, `${repository}-cache`)).toEqual([]);
    },
  );
});

describe("a registry that", () => {
  const faults: readonly (readonly [string, RegExp, Fault])[] = [
    ["truncates an upload", /^(PUT|PATCH) .*\/uploads\//, { kind: "cut request" }],
    ["refuses uploads", /^POST /, { kind: "status", status: 500 }],
    ["resets the connection of an upload", /^(PUT|PATCH) .*\/uploads\//, { kind: "reset" }],
    ["drops the response to an upload", /^(PUT|PATCH) .*\/uploads\//, { kind: "lost answer" }],
    ["receives corrupted bytes", /^(PUT|PATCH) .*\/uploads\//, { kind: "changed request" }],
    ["refuses manifests", /^PUT .*\/manifests\//, { kind: "status", status: 502 }],
    ["drops the response to a manifest", /^PUT .*\/manifests\//, { kind: "lost answer" }],
  ];

  test.for(some(faults))(
    "%s once still receives the complete image",
    { timeout: 120_000 },
    async ([name, on, fault]) => {
      const repository = name.replaceAll(" ", "-");
      proxy.inject({ on, fault, times: 1 });
      expect(digestOf(await onFreshMachine(repository))).toBe(await undisturbed());
      proxy.inject();
      for (const each of [repository, `${repository}-cache`])
        expect([each, await incompleteTags(registry.host, each)]).toEqual([each, []]);
      expect(saidIn(await onFreshMachine(repository))).toEqual(allKept);
    },
  );

  const refusals = [
    ["refuses manifests", /^PUT \/v2\/[^/]*never[^/]*\/manifests\//],
    ["refuses uploads", /^POST \/v2\/[^/]*never[^/]*\//],
  ] as const;
  test.for(onlyWithAll(refusals))(
    "always %s receives no image until a build after the fault",
    { timeout: 120_000 },
    async ([name, on]) => {
      const repository = `never-${name.replaceAll(" ", "-")}`;
      proxy.inject({ on, fault: { kind: "status", status: 500 }, times: 1000 });
      const { exitCode, stdout, stderr } = await onFreshMachine(repository);
      expect({ exitCode, stdout, code: /^CODE: .*/m.exec(stderr)?.[0] }).toEqual({
        exitCode: 1,
        stdout: "",
        code: "CODE: REGISTRY_FAILED",
      });
      const tags = await fetch(`http://${registry.host}/v2/${repository}/tags/list`);
      expect((tags.ok ? ((await tags.json()) as { tags: string[] | null }).tags : null) ?? []).toEqual([]);
      proxy.inject();
      expect(digestOf(await onFreshMachine(repository))).toBe(await undisturbed());
      expect(await incompleteTags(registry.host, repository)).toEqual([]);
    },
  );
});

test("two concurrent builds with the same output and registry cache both write the image", {
  timeout: 120_000,
}, async () => {
  for (let round = 0; round < (all ? 5 : 1); round++) {
    const both = await Promise.all([onFreshMachine("at-once"), onFreshMachine("at-once")]);
    expect(both.map(digestOf)).toEqual([await undisturbed(), await undisturbed()]);
    for (const each of ["at-once", "at-once-cache"]) expect(await incompleteTags(registry.host, each)).toEqual([]);
  }
  expect(saidIn(await onFreshMachine("at-once"))).toEqual(allKept);
});

/** The events that can happen to a file. */
const damages: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
  "is changed": async (file) => {
    const bytes = await readFile(file);
    if (bytes.length > 0) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x55;
    await writeFile(file, bytes);
  },
  "is cut": async (file) => truncate(file, (await readFile(file)).length >> 1),
  "is empty": (file) => truncate(file, 0),
  "is gone": (file) => rm(file),
  "is nonsense": (file) => writeFile(file, '{"buildpacks":[{"key":1,"layers":[]}]}'),
};

describe("a cache directory in which any file", () => {
  test.for(some(Object.entries(damages)))(
    "%s still gives the same image",
    { timeout: 240_000 },
    async ([name, damage]) => {
      const cache = `folder-${name.replaceAll(" ", "-")}`;
      const build = () =>
        world.build(`oci:${world.location(`out/${cache}`)}`, ["--cache", cache], { cache: `${cache}-own` });
      const digest = digestOf(await build());
      expect(digest).toBe(await undisturbed());
      // Each build may give directories other names.
      for (let at = 0; at < (await filesBelow(world.location(cache))).length; at++) {
        const file = (await filesBelow(world.location(cache))).toSorted()[at] ?? "";
        await damage(join(world.location(cache), file));
        const next = await build();
        expect([file, next.exitCode === 0 ? digestOf(next) : next.stderr]).toEqual([file, digest]);
        // the cache is whole again
        expect([file, saidIn(await build())]).toEqual([file, allKept]);
      }
    },
  );
});

async function filesBelow(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(dir.length + 1));
}
