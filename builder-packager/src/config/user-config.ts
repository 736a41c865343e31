import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CnbError } from "../errors.ts";
import { readConfigFile } from "./read-file.ts";
import type { UserSettings } from "./registry-configuration.ts";

const nothing: UserSettings = { insecure: [], caCertificates: [], mirrors: {} };

/**
 * Reads cnb's configuration file: `$LIBCNB_CONFIG`, which must exist, or else `libcnb/config.toml`
 * below `$XDG_CONFIG_HOME` or `~/.config`. Paths in it are relative to its directory.
 *
 * @throws CnbError CONFIG_INVALID with file, line and column
 */
export async function readUserConfig(env: NodeJS.ProcessEnv, warn: (text: string) => void): Promise<UserSettings> {
  const file = configFile(env);
  if (file === undefined) return nothing;
  const source = await sourceOf(file, env["LIBCNB_CONFIG"]);
  if (source === undefined) return nothing;
  // most users have no such file, and these modules would be a tenth of the time of a short command
  const [{ decodeUserConfig }, { rulesBelow }] = await Promise.all([
    import("./user-config-toml.ts"),
    import("./verification/verify-rules.ts"),
  ]);
  const config = decodeUserConfig(source, file);
  if (config.hasSecrets && (await isOpenToOthers(file)))
    warn(`${file} contains secrets, but other users of this machine can read it: run chmod 600 ${file}`);
  const { settings } = config;
  const dir = dirname(file);
  const below = (path: string | undefined) => (path === undefined ? undefined : resolve(dir, path));
  return {
    ...settings,
    caCertificates: settings.caCertificates.map((path) => resolve(dir, path)),
    authFile: below(settings.authFile),
    cacheDir: below(settings.cacheDir),
    defaultBuilder: settings.defaultBuilder && absoluteLocation(settings.defaultBuilder, dir),
    verify: rulesBelow(dir, settings.verify ?? []),
  };
}

/**
 * Converts the path in the name of a layout or archive to an absolute path. Other names of images
 * are returned unchanged.
 */
export const absoluteLocation = (name: string, dir: string): string =>
  name.replace(
    /^(oci|oci-archive|docker-archive):(.+)$/,
    (_, kind: string, path: string) => `${kind}:${resolve(dir, path)}`,
  );

/**
 * Returns the path of cnb's configuration file, which need not exist; undefined if the user has no
 * home directory.
 */
export function configFile({ LIBCNB_CONFIG, XDG_CONFIG_HOME, HOME }: NodeJS.ProcessEnv): string | undefined {
  if (LIBCNB_CONFIG) return resolve(LIBCNB_CONFIG);
  const home = XDG_CONFIG_HOME || (HOME && join(HOME, ".config"));
  return home ? join(home, "libcnb", "config.toml") : undefined;
}

async function sourceOf(file: string, named: string | undefined): Promise<Uint8Array | undefined> {
  try {
    return await readConfigFile(file, {
      unreadable: (reason, cause) => unreadable(`cannot read ${file}: ${reason}`, named, cause),
      tooLarge: (reason) => unreadable(`${file} ${reason}`, named),
    });
  } catch (error) {
    if (!named && error instanceof Error && isAbsent(error.cause)) return undefined;
    throw error;
  }
}

const unreadable = (what: string, named: string | undefined, cause?: Error): CnbError =>
  new CnbError("CONFIG_INVALID", what, {
    cause,
    hint: named ? "Correct LIBCNB_CONFIG, or unset it." : "Correct the file, or remove it.",
  });

const isAbsent = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR");

async function isOpenToOthers(file: string): Promise<boolean> {
  const { mode } = await stat(file);
  return (mode & 0o044) !== 0;
}
