import { stat } from "node:fs/promises";
import { join } from "node:path";
import { carriedFiles } from "libcnb/packaging";
import { cacheDir } from "../../cache-dirs.ts";
import { npmSetting } from "../../compile/npm-package.ts";
import { withCode } from "../../config/problems.ts";
import { defined } from "../../defined.ts";
import type { Platform } from "../../oci/model/spec.ts";
import type { CarriedFile } from "../entries.ts";
import { moduleKey, type SourceModule } from "../module.ts";
import type { LocateOptions } from "./module-location.ts";
import { pipIndex } from "./pip-index.ts";

/**
 * Downloads the `[[metadata.dependencies]]` of buildpacks for a platform, and returns their paths
 * in the buildpacks' directories, where the framework finds them without a network. The keys of the
 * result are module keys (`id@version`).
 *
 * @throws CnbError BUILDPACK_INVALID; LibcnbError DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM_MISMATCH,
 * NPM_REGISTRY_UNKNOWN, …
 */
export async function offlineFiles(
  modules: readonly SourceModule[],
  platform: Platform,
  options: LocateOptions,
): Promise<ReadonlyMap<string, readonly CarriedFile[]>> {
  const found = new Map<string, readonly CarriedFile[]>();
  for (const module of modules) found.set(moduleKey(module), await filesOf(module, platform, options));
  return found;
}

async function filesOf(
  { kind, dir, descriptor }: SourceModule,
  { os, architecture, variant }: Platform,
  { env, reporter, signal }: LocateOptions,
): Promise<CarriedFile[]> {
  const described = { metadata: descriptor.metadata, file: join(dir, `${kind}.toml`) };
  const target = { os, arch: architecture, ...defined({ variant }) };
  const text = JSON.stringify(descriptor.metadata);
  const needs = (scheme: string) => text.includes(scheme);
  const variables = needs('"npm:') ? await withNpmRegistry(dir, env, signal) : env;
  const pypiIndex = needs('"pypi:') ? await pipIndex({ env, cwd: dir, ...defined({ signal }) }) : undefined;
  const host = { dir, cacheDir: cacheDir(env, "dependencies"), env: variables, pypiIndex, log: reporter, signal };
  const files = await carriedFiles(described, target, host).catch((error) =>
    withCode("BUILDPACK_INVALID", raise(error)),
  );
  return Promise.all(files.map(async ({ path, file }) => ({ path, file, size: (await stat(file)).size })));
}

/** Adds npm's own registry for the directory: its settings can be in more files than a build reads. */
async function withNpmRegistry(dir: string, env: NodeJS.ProcessEnv, signal: AbortSignal | undefined) {
  if (env["NPM_CONFIG_REGISTRY"] || env["npm_config_registry"]) return env;
  const registry = await npmSetting("registry", { env, cwd: dir, ...defined({ signal }) });
  return registry === undefined ? env : { ...env, NPM_CONFIG_REGISTRY: registry };
}

const raise = (error: unknown) => (): never => {
  throw error;
};
