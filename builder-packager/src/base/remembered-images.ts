import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { BlobStore } from "../oci/blob-store.ts";
import type { Image } from "../oci/image.ts";
import type { ImageConfig } from "../oci/spec.ts";
import type { Suite } from "./archive.ts";
import type { BaseImages } from "./assemble.ts";
import type { BasePlan } from "./base-plan.ts";

/** Raise this when the same packages give other images, which a test shows by its snapshot of diffIDs. */
const recipe = 1;

/**
 * Identifies everything that the images depend on: what was asked for, and the package indexes that the signed
 * Release files name. Mirrors and keyrings are not in it, since the same index names the same bytes everywhere.
 */
export function recipeKey(plan: BasePlan, suites: readonly Suite[], created: string): string {
  const { mirrors: _mirrors, keyringFile: _keyringFile, ...wanted } = plan;
  const indexes = suites.map(({ source, release }) => ({
    ...{ suite: source.suite, components: source.components, origin: release.origin, version: release.version },
    files: [...release.files].filter(([path]) => path.includes(`/binary-${plan.architecture}/Packages`)),
  }));
  return createHash("sha256").update(JSON.stringify({ recipe, wanted, indexes, created })).digest("hex");
}

/** The images of an earlier run with the same key, when the store still has all their layers. */
export async function recallImages(file: string, store: BlobStore): Promise<BaseImages | undefined> {
  const configs = await readConfigs(file).catch(() => undefined); // absent or unreadable: made anew
  if (configs === undefined) return undefined;
  const { build, run } = configs;
  const [first, second] = [await recallImage(build, store), await recallImage(run, store)];
  return first && second && { build: first, run: second };
}

const readConfigs = async (file: string): Promise<Readonly<Record<"build" | "run", ImageConfig>>> =>
  JSON.parse(await readFile(file, "utf8"));

async function recallImage(config: ImageConfig, store: BlobStore): Promise<Image | undefined> {
  const layers = await Promise.all(config.rootfs.diff_ids.map((diffId) => store.find(diffId)));
  const found = layers.filter((layer) => layer !== undefined);
  return found.length === layers.length ? { config, layers: found } : undefined;
}

/** Keeps what `recallImages` needs; complete or not at all. */
export async function rememberImages(file: string, { build, run }: BaseImages): Promise<void> {
  const partial = `${file}.${process.pid}-${randomBytes(4).toString("hex")}.partial`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(partial, JSON.stringify({ build: build.config, run: run.config }));
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
