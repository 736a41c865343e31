// @needs busybox, docker-registry
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RegistryReference } from "../../../builder-packager/src/oci/model/reference.ts";
import { buildImage } from "../../../builder-packager/src/platform/build-image.ts";
import { recordingReporter } from "../../../builder-packager/src/reporter.ts";
import { parityBuildpacks, parityOrder } from "../../support/lifecycle/parity-buildpacks.ts";
import { releasedLifecycle } from "../../support/lifecycle/released-lifecycle.ts";
import { freshFolders, runLifecycle } from "../../support/lifecycle/sandboxed-lifecycle.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { tinyImage } from "../../support/tiny/images.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/**
 * The cache as an image: what `cnb build --cache-image` writes, the official lifecycle restores from, and the other way round.
 * The buildpacks write down what was restored, so that equal layers of the next image mean that equal files came back.
 */
const { signal } = new AbortController();
const api = "0.14";
let dir: string;
let registry: Registry;
let builder: Image;

const location = (name: string) => join(dir, name);
const named = (name: string) => parseImageReference(`${registry.host}/${name}`) as RegistryReference;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "cache-image-"));
  await chmod(dir, 0o755);
  registry = await startRegistry();
  const lifecycle = await releasedLifecycle();
  const run = await shellImage(dir, { env: ["PATH=/bin"] });
  await oci.write(run, named("run:1"));
  const options = {
    dir,
    buildpacks: parityBuildpacks,
    order: parityOrder,
    runImage: `${registry.host}/run:1`,
    lifecycle,
  };
  builder = await shellBuilder({ ...options, platformApis: [api] });
  await oci.write(builder, { kind: "oci", dir: location("builder") }, { name: "builder:1" });
  await mkdir(location("app"));
  await writeFile(location("app/app.txt"), "app");
});

afterAll(async () => {
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

interface Build {
  readonly output: string;
  readonly cache: string;
  /** The image whose layers are reused. */
  readonly previous?: string;
  readonly compression?: "gzip" | "zstd";
}

async function ours({ output, cache, previous, compression = "gzip" }: Build): Promise<readonly string[]> {
  const reporter = recordingReporter();
  await buildImage({
    app: location("app"),
    output: named(output),
    reporter,
    signal,
    compression,
    cacheImage: named(cache),
    ...(previous === undefined ? {} : { previousImage: named(previous) }),
    builder: { kind: "oci", dir: location("builder") },
    // Another machine each time: there is nothing but the image.
    env: { ...process.env, LIBCNB_CACHE_DIR: await mkdtemp(location("cache-")), SOURCE_DATE_EPOCH: undefined },
  });
  return reporter.lines;
}

async function official({ output, cache, previous }: Build): Promise<void> {
  await freshFolders(location("official"), location("app"));
  const paths = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform"];
  const before = previous === undefined ? [] : ["-previous-image", `${registry.host}/${previous}`];
  const images = ["-run-image", `${registry.host}/run:1`, "-cache-image", `${registry.host}/${cache}`, ...before];
  const container = { builder, cacheDir: location("official-cache"), dir: location("official") };
  const args = ["creator", ...paths, ...images, `${registry.host}/${output}`];
  const { exitCode, output: text } = await runLifecycle(container, args, { CNB_PLATFORM_API: api });
  if (exitCode !== 0) throw new Error(`creator exited ${exitCode}\n${text}`);
}

const builds = { ours, official } as const;
const makers = ["ours", "official"] as const;

/** The layers of an image, beside what its history says of them. */
async function layersOf(name: string): Promise<readonly string[]> {
  const { layers, config } = oci.imageFor(await oci.read(named(name)));
  return layers.map(({ diffId }, index) => `${diffId} ${config.history?.[index]?.created_by ?? ""}`);
}

/**
 * The contents of a cache according to its label, with its layers in any order: the lifecycle adds
 * reused layers twice.
 */
async function cacheOf(name: string) {
  const { layers, config } = oci.imageFor(await oci.read(named(name)));
  const label = config.config?.Labels?.["io.buildpacks.lifecycle.cache.metadata"];
  return { label: JSON.parse(label ?? "null"), layers: [...new Set(layers.map(({ diffId }) => diffId))].sort() };
}

test("cnb and the lifecycle write the same cache image in a first build", async () => {
  for (const maker of makers) await builds[maker]({ output: `app:${maker}`, cache: `cache:${maker}` });
  expect(await layersOf("app:ours")).toEqual(await layersOf("app:official"));
  const cache = await cacheOf("cache:ours");
  expect(cache).toEqual(await cacheOf("cache:official"));
  expect(cache.layers.length).toBeGreaterThan(1);
});

test("cnb and the lifecycle restore each other's cache image and write identical cache images", async () => {
  const results = [];
  for (const writer of makers)
    for (const reader of makers) {
      const [output, cache] = [`app:${writer}-${reader}`, `cache:${writer}-${reader}`];
      await oci.copy(named(`cache:${writer}`), named(cache));
      await builds[reader]({ output, cache, previous: `app:${writer}` });
      results.push({ layers: await layersOf(output), cache: await cacheOf(cache) });
    }
  const [first, ...others] = results;
  expect(others).toEqual(others.map(() => first));
  expect(first?.layers).not.toEqual(await layersOf("app:ours")); // what was restored is written down
});

test("a cache layer missing in the registry is skipped with a warning and cached again", async () => {
  await ours({ output: "lost:1", cache: "lost-cache:1" });
  const before = oci.imageFor(await oci.read(named("lost-cache:1")));
  const { label } = await cacheOf("lost-cache:1");
  const sha: string = label.buildpacks.find(({ key }: { key: string }) => key === "parity/provider").layers.cached.sha;
  const lost = before.layers.find(({ diffId }) => diffId === sha);
  await oci.removeBlob(named("lost-cache:1"), lost?.digest as never);
  const log = await ours({ output: "lost:2", cache: "lost-cache:1", previous: "lost:1" });
  expect(log.filter((line) => line.startsWith("warn"))).toEqual([
    "warn: not restoring parity/provider:cached: its files in the cache were changed or lost",
  ]);
  expect((await ours({ output: "lost:3", cache: "lost-cache:1", previous: "lost:2" })).join("\n")).toContain(
    "Restored files and metadata of parity/provider:cached from the cache",
  );
});

test("zstd layers have the same contents in the image and in the cache image", async () => {
  await ours({ output: "zstd:1", cache: "zstd-cache:1", compression: "zstd" });
  expect(await layersOf("zstd:1")).toEqual(await layersOf("app:ours"));
  expect(await cacheOf("zstd-cache:1")).toEqual(await cacheOf("cache:ours"));
  const [run, ...made] = oci.imageFor(await oci.read(named("zstd:1"))).layers.map(({ mediaType }) => mediaType);
  expect([run, ...new Set(made)]).toEqual(
    ["gzip", "zstd"].map((kind) => `application/vnd.oci.image.layer.v1.tar+${kind}`),
  );
  const { layers } = oci.imageFor(await oci.read(named("zstd-cache:1")));
  expect(new Set(layers.map(({ mediaType }) => mediaType))).toEqual(new Set(made));
  const log = await ours({ output: "zstd:2", cache: "zstd-cache:1", previous: "zstd:1" });
  expect(log.join("\n")).toContain("Restored files and metadata of parity/provider:tool from the cache");
});

test("a --cache-image that is not a cache image causes a warning and is replaced", async () => {
  await oci.write(await tinyImage(dir), named("foreign:1"));
  const log = await ours({ output: "foreign-app:1", cache: "foreign:1" });
  expect(log.filter((line) => line.startsWith("warn"))).toEqual([
    `warn: building without the cache: ${registry.host}/foreign:1 has no valid label io.buildpacks.lifecycle.cache.metadata`,
  ]);
  expect((await cacheOf("foreign:1")).label.buildpacks.length).toBeGreaterThan(0);
});

test("an unreachable cache registry does not fail the build", async () => {
  const reporter = recordingReporter();
  await buildImage({
    app: location("app"),
    output: { kind: "oci", dir: location("out") },
    reporter,
    signal,
    cacheImage: { kind: "registry", registry: "127.0.0.1:1", repository: "cache", tag: "1" },
    registry: { clock: { now: Date.now, sleep: async () => undefined } },
    builder: { kind: "oci", dir: location("builder") },
    env: { ...process.env, LIBCNB_CACHE_DIR: await mkdtemp(location("cache-")) },
  });
  expect(reporter.lines.filter((line) => line.startsWith("warn")).map((line) => line.slice(0, 45))).toEqual([
    "warn: building without the cache: cannot pull",
    "warn: cannot keep the cache in 127.0.0.1:1/ca",
  ]);
});
