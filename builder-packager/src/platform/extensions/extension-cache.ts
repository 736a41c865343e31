import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { nameOf } from "libcnb/internal";
import * as v from "valibot";
import { noteMaking, touch } from "../../cache-use.ts";
import { CnbError } from "../../errors.ts";
import { temporaryName } from "../../oci/files/temporary-name.ts";
import type { BlobStore } from "../../oci/layers/blob-store.ts";
import { diffIdOf } from "../../oci/layers/hashed-tar.ts";
import type { Digest } from "../../oci/model/digest.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import { serializeImage } from "../../oci/model/serialize.ts";
import type { ImageConfig } from "../../oci/model/spec.ts";
import { object } from "../../schema.ts";
import { directoryEntries } from "../../tar/directory.ts";
import type { GeneratedDockerfile } from "./generated.ts";

/**
 * Two weeks, as long as the lifecycle keeps kaniko's cached layers: packages that a Dockerfile
 * installs become outdated.
 */
const freshMs = 14 * 24 * 60 * 60 * 1000;

const digest = v.custom<Digest>((value) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value));
const layer = object({ diffId: digest, digest, size: v.number(), mediaType: v.string() });
const schema = object({
  madeMs: v.number(),
  config: v.custom<ImageConfig>((value) => typeof value === "object" && value !== null),
  layers: v.array(layer),
});

/**
 * Computes the cache key of a Dockerfile's result. The digest of the context is included only if
 * the Dockerfile reads the context. Otherwise, each change of the app would cause all packages to
 * be installed again.
 *
 * @throws CnbError EXTENSION_OUTPUT_INVALID for a context with pipes, devices or names that are not
 * UTF-8.
 */
export async function extensionKey(base: Image, dockerfile: GeneratedDockerfile, store: BlobStore): Promise<string> {
  const { text, args, facts, extension } = dockerfile;
  const files = facts.readsContext ? await contextDigest(dockerfile) : undefined;
  const { configDigest } = serializeImage(base);
  const parts = [1, configDigest, extension.id, text, Object.entries(args), files, store.compression, store.level];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

async function contextDigest({ context, kind, extension }: GeneratedDockerfile): Promise<Digest> {
  try {
    return await diffIdOf(await directoryEntries(context, { at: "/", uid: 0, gid: 0 }));
  } catch (cause) {
    if (!(cause instanceof CnbError)) throw cause;
    throw new CnbError(
      "EXTENSION_OUTPUT_INVALID",
      `the context of the ${kind}.Dockerfile of extension ${nameOf(extension)} cannot be copied`,
      { cause, hint: `Report this to the author of ${nameOf(extension)}.` },
    );
  }
}

/**
 * Returns the cached result of a Dockerfile; undefined if there is none, it is too old, or one of
 * its layers no longer exists.
 */
export async function findExtended(
  dir: string,
  key: string,
  base: Image,
  store: BlobStore,
): Promise<Image | undefined> {
  const file = join(dir, `${key}.json`);
  const kept = await readCached(file);
  if (!kept || !isFresh(kept) || !fits(kept, base)) return undefined;
  const layers: Layer[] = [];
  for (const { diffId, ...blob } of kept.layers) {
    if (!(await store.has(blob.digest, blob.size))) return undefined;
    layers.push(store.layer(diffId, blob));
  }
  await touch(file);
  const { raw: _, ...view } = base;
  return { ...view, config: kept.config, layers: [...base.layers, ...layers] };
}

type CachedExtension = v.InferOutput<typeof schema>;

/**
 * True if an entry is recent. An entry from the future is not: the clock may have been set back.
 */
function isFresh({ madeMs }: CachedExtension): boolean {
  const age = Date.now() - madeMs;
  return age >= 0 && age <= freshMs;
}

/**
 * True if the entry's configuration lists the layers of the base and its own. A damaged entry may
 * still be valid JSON.
 */
function fits({ config, layers }: CachedExtension, base: Image): boolean {
  const expected = [...base.layers, ...layers].map(({ diffId }) => diffId);
  return JSON.stringify(config.rootfs?.diff_ids) === JSON.stringify(expected);
}

async function readCached(file: string): Promise<CachedExtension | undefined> {
  try {
    return v.parse(schema, JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** Caches the result of a Dockerfile. The layers must be in the store. */
export async function keepExtended(dir: string, key: string, base: Image, extended: Image): Promise<void> {
  const own = extended.layers.slice(base.layers.length);
  const layers = own.map(({ diffId, digest, size, mediaType }) => ({ diffId, digest, size, mediaType }));
  const file = join(dir, `${key}.json`);
  await mkdir(dirname(file), { recursive: true });
  const temporary = temporaryName(file);
  await writeFile(temporary, JSON.stringify({ madeMs: Date.now(), config: extended.config, layers }));
  await noteMaking(file);
  await rename(temporary, file);
}
