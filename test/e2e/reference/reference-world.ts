// @needs debian-archive-keyring, go
import type { SpawnOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cnbSucceeds, npmSetting, root } from "../../support/cnb.ts";

/** The base images and the builder that the end-to-end tests share, made by the real commands. */
export interface ReferenceWorld {
  readonly dir: string;
  readonly baseBuild: string;
  readonly baseRun: string;
  readonly builder: string;
}

const sharedDir = join(root, "dist/test");

/** The sample application with real dependencies and a build step. */
export const sampleApp = join(root, "test/fixtures/apps/express-service");

/** Made once per test run, by whichever test file asks first. */
export async function referenceWorld(): Promise<ReferenceWorld> {
  const bases = await referenceBases();
  await madeOnce("world", () => makeBuilder(sharedDir));
  return { ...worldIn(sharedDir), ...bases };
}

/** The base images without the builder. */
export async function referenceBases(): Promise<Omit<ReferenceWorld, "builder">> {
  await madeOnce("bases", () => makeBases(sharedDir));
  return worldIn(sharedDir);
}

/** Makes something in the shared directory, unless another test file of this run did. */
export async function madeOnce(name: string, make: () => Promise<unknown>): Promise<void> {
  const run = process.env.LIBCNB_TEST_RUN ?? "none";
  const lock = join(sharedDir, `lock-${name}-${run}`);
  const done = join(sharedDir, `done-${name}-${run}`);
  await mkdir(sharedDir, { recursive: true });
  while (!existsSync(done)) {
    if (await tryLock(lock)) {
      try {
        if (!existsSync(done)) await make();
        await writeFile(done, "");
      } finally {
        await rm(lock, { recursive: true, force: true });
      }
    } else await delay(200);
  }
}

/** Makes all of it in `dir` with the given environment. */
export async function makeWorld(dir: string, options: SpawnOptions = {}): Promise<ReferenceWorld> {
  await makeBases(dir, options);
  return makeBuilder(dir, options);
}

const makeBases = (dir: string, options: SpawnOptions = {}) =>
  cnbSucceeds(["base", "create", `oci:${dir}/base`, "--config", join(root, "buildpacks/base.toml")], options);

async function makeBuilder(dir: string, options: SpawnOptions = {}): Promise<ReferenceWorld> {
  const world = worldIn(dir);
  const config = await readFile(join(root, "buildpacks/builder.toml"), "utf8");
  await writeFile(join(dir, "builder.toml"), fromAnyDirectory(config));
  await cnbSucceeds(["builder", "create", world.builder, "--config", join(dir, "builder.toml")], options);
  return world;
}

/** The reference builder's configuration for another directory than that of the buildpacks. */
const fromAnyDirectory = (config: string): string =>
  config.replaceAll("../dist/demo/", "./").replace(/uri = "(?=[\w-]+"$)/gm, `uri = "${root}/buildpacks/`);

/** A builder that was made in a directory. */
export const builderIn = (dir: string, name: string): string => `oci:${dir}/${name}`;

const worldIn = (dir: string): ReferenceWorld => ({
  dir,
  baseBuild: `oci:${dir}/base-build`,
  baseRun: `oci:${dir}/base-run`,
  builder: builderIn(dir, "builder"),
});

/** Node.js from the npm registry, since the upstream archives are not reachable everywhere these tests run. */
export async function nodeFromNpm(): Promise<string[]> {
  const authority = await npmSetting("cafile");
  const env = ["--env", "BP_NODE_DISTRIBUTION=npm", "--env", `NPM_CONFIG_REGISTRY=${await npmSetting("registry")}`];
  return authority ? [...env, "--ca-cert", authority] : env;
}

/** The same for the official lifecycle, which has no such flags. */
export async function officialNodeFromNpm(): Promise<{
  platformEnv: Record<string, string>;
  authority: string | undefined;
}> {
  const registry = (await npmSetting("registry")) ?? "";
  return {
    platformEnv: { BP_NODE_DISTRIBUTION: "npm", NPM_CONFIG_REGISTRY: registry },
    authority: await npmSetting("cafile"),
  };
}

/** Builds an application with the reference builder and returns the manifest digest. */
export async function buildApp(
  world: ReferenceWorld,
  output: string,
  app = sampleApp,
  ...flags: string[]
): Promise<string> {
  const args = ["build", output, "--path", app, "--builder", world.builder, ...(await nodeFromNpm()), ...flags];
  return (await cnbSucceeds(args)).stdout.trim();
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch {
    return false;
  }
}
