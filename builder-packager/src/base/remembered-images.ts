import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { touch } from "../cache-use.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import { parseImageConfig } from "../oci/model/document.ts";
import type { Image } from "../oci/model/image.ts";
import type { ImageConfig } from "../oci/model/spec.ts";
import type { ImagePair } from "./assemble.ts";
import type { BasePlan } from "./base-plan.ts";
import type { PinnedPackage } from "./packages/lock-pins.ts";

// The command is one bundle next to the directories of its modules.
const modules = basename(import.meta.dirname) === "base" ? dirname(import.meta.dirname) : import.meta.dirname;

/** The directories with code that affects the images. */
const codeDirs = ["base", "tar"].map((name) => join(modules, name));

/** A digest of the code, because another version may create other images from the same packages. */
async function recipe(): Promise<string> {
  const hash = createHash("sha256");
  for (const dir of codeDirs) {
    const names = (await readdir(dir)).filter((name) => /(?<!\.test|\.d)\.[jt]s$/.test(name)).sort();
    for (const name of names) hash.update(await readFile(join(dir, name)));
  }
  return hash.digest("hex");
}

/**
 * Computes the cache key of a build image and its run image: a digest of everything that determines
 * their content, such as the requested and the chosen packages. Mirrors and keyrings are not part
 * of the key.
 */
export async function recipeKey(plan: BasePlan, identity: unknown): Promise<string> {
  const { mirrors: _mirrors, keyringFile: _keyringFile, architectures: _architectures, ...wanted } = plan;
  return createHash("sha256")
    .update(JSON.stringify({ recipe: await recipe(), wanted, identity }, shortened))
    .digest("hex");
}

/**
 * Replaces the contents of files in the base plan by digests, before JSON converts buffers to
 * objects.
 */
const shortened = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? createHash("sha256").update(value).digest("hex") : value;

/**
 * A build image and its run image from the cache, and the lock file's records of their packages.
 */
export interface RememberedImages {
  readonly images: ImagePair;
  readonly pins: readonly PinnedPackage[];
}

/**
 * Reads the images that an earlier run recorded in `file`. Returns undefined if there are none, or
 * if the store lacks one of their layers.
 */
export async function recallImages(file: string, store: BlobStore): Promise<RememberedImages | undefined> {
  const memory = await readMemory(file).catch(() => undefined); // absent or unreadable: created again
  if (memory === undefined) return undefined;
  const { build, run, pins } = memory;
  const [first, second] = [await recallImage(build, store), await recallImage(run, store)];
  if (!first || !second) return undefined;
  await touch(file);
  return { images: { build: first, run: second }, pins };
}

type Memory = Readonly<Record<"build" | "run", ImageConfig>> & { readonly pins: readonly PinnedPackage[] };

/** Throws for a file that {@link rememberImages} did not write. */
async function readMemory(file: string): Promise<Memory> {
  const { build, run, pins } = JSON.parse(await readFile(file, "utf8"));
  if (!Array.isArray(pins)) throw new Error(`${file} contains no list of packages`);
  const configOf = (value: unknown) => parseImageConfig(Buffer.from(JSON.stringify(value)), file);
  return { build: configOf(build), run: configOf(run), pins };
}

async function recallImage(config: ImageConfig, store: BlobStore): Promise<Image | undefined> {
  const layers = await Promise.all(config.rootfs.diff_ids.map((diffId) => store.find(diffId)));
  const found = layers.filter((layer) => layer !== undefined);
  return found.length === layers.length ? { config, layers: found } : undefined;
}

/**
 * Records a build image and its run image in `file` for {@link recallImages}. The file appears
 * complete or not at all.
 */
export async function rememberImages(file: string, { images: { build, run }, pins }: RememberedImages): Promise<void> {
  const partial = `${file}.${process.pid}-${randomBytes(4).toString("hex")}.partial`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(partial, JSON.stringify({ build: build.config, run: run.config, pins }));
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
