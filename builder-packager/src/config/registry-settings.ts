import { normalHost } from "../oci/registry/mirrors.ts";
import { readPackConfig } from "./pack-config.ts";
import type { Mirrors, RegistrySettings } from "./registry-configuration.ts";
import { isMirroredHost, isRegistryMirror } from "./registry-host.ts";
import { registryVariables } from "./registry-variables.ts";
import { readUserConfig } from "./user-config.ts";

/**
 * Merges the registry settings of command-line options, the environment variables `LIBCNB_…`, cnb's
 * configuration file and pack's `registry-mirrors`, in this order of precedence. CA certificates
 * and insecure registries of all sources are combined. For a registry's mirrors, the first source
 * that names the registry takes precedence.
 *
 * @throws CnbError CONFIG_INVALID
 */
export async function registrySettings(
  flags: RegistrySettings,
  env: NodeJS.ProcessEnv,
  warn: (text: string) => void,
): Promise<RegistrySettings> {
  const variables = registryVariables(env);
  const [file, pack] = await Promise.all([readUserConfig(env, warn), packMirrors(env, warn)]);
  const sources = [flags, variables, file];
  return {
    insecure: [...new Set(sources.flatMap(({ insecure }) => insecure))],
    caCertificates: [...new Set(sources.flatMap(({ caCertificates }) => caCertificates))],
    mirrors: mergedMirrors([...sources.map(({ mirrors }) => mirrors), pack]),
    logins: file.logins,
    authFile: file.authFile,
    runImageMirrors: runImageMirrorsOf([file, variables, flags]),
    verify: file.verify,
  };
}

/** The mirrors of run images; undefined without any. The last source that names an image takes precedence. */
function runImageMirrorsOf(
  sources: readonly Pick<RegistrySettings, "runImageMirrors">[],
): RegistrySettings["runImageMirrors"] {
  const merged = Object.assign({}, ...sources.map(({ runImageMirrors }) => runImageMirrors)) as Mirrors;
  return Object.keys(merged).length === 0 ? undefined : merged;
}

function mergedMirrors(sources: readonly Mirrors[]): Mirrors {
  const merged = new Map<string, readonly string[]>();
  for (const source of sources.map(byNormalHost))
    for (const [host, mirrors] of source) if (!merged.has(host)) merged.set(host, mirrors);
  return Object.fromEntries(merged);
}

/** Merges mirrors of the same registry: Docker Hub has several host names. */
function byNormalHost(mirrors: Mirrors): ReadonlyMap<string, readonly string[]> {
  const byHost = new Map<string, readonly string[]>();
  for (const [host, locations] of Object.entries(mirrors)) {
    const name = normalHost(host);
    byHost.set(name, [...(byHost.get(name) ?? []), ...locations]);
  }
  return byHost;
}

async function packMirrors(env: NodeJS.ProcessEnv, warn: (text: string) => void): Promise<Mirrors> {
  const { registryMirrors } = await readPackConfig(env, warn);
  const isUsable = ([host, mirror]: readonly [string, string]) => isMirroredHost(host) && isRegistryMirror(mirror);
  const entries = Object.entries(registryMirrors);
  for (const [host, mirror] of entries.filter((entry) => !isUsable(entry)))
    warn(
      `pack's configuration: the registry mirror ${host} = ${mirror} is not HOST = HOST[:PORT][/PREFIX] and is ignored`,
    );
  return Object.fromEntries(entries.filter(isUsable).map(([host, mirror]) => [host, [mirror]]));
}
