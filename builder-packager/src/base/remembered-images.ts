import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BlobStore } from "../oci/blob-store.ts";
import type { Image } from "../oci/image.ts";
import type { ImageConfig } from "../oci/spec.ts";
import type { Suite } from "./archive.ts";
import type { BaseImages } from "./assemble.ts";
import type { BasePlan } from "./base-plan.ts";

/** The folders whose code decides the bytes of the images. */
const codeDirs = [import.meta.dirname, join(import.meta.dirname, "../tar")];

/** What the code itself is: another version of it may make other images of the same packages. */
async function recipe(): Promise<string> {
  const hash = createHash("sha256");
  for (const dir of codeDirs) {
    const names = (await readdir(dir)).filter((name) => /(?<!\.test|\.d)\.[jt]s$/.test(name)).sort();
    for (const name of names) hash.update(await readFile(join(dir, name)));
  }
  return hash.digest("hex");
}

/**
 * Identifies everything that the images depend on: what was asked for, and the package indexes that the signed
 * Release files name. Mirrors and keyrings are not in it, since the same index names the same bytes everywhere.
 */
export async function recipeKey(plan: BasePlan, suites: readonly Suite[], created: string): Promise<string> {
  const { mirrors: _mirrors, keyringFile: _keyringFile, ...wanted } = plan;
  const indexes = suites.map(({ source, release }) => ({
    ...{ suite: source.suite, components: source.components, origin: release.origin, version: release.version },
    files: [...release.files].filter(([path]) => path.includes(`/binary-${plan.architecture}/Packages`)),
  }));
  return createHash("sha256")
    .update(JSON.stringify({ recipe: await recipe(), wanted, indexes, created }))
    .digest("hex");
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
