import { join, resolve } from "node:path";
import { readConfigFile } from "./read-file.ts";

/** The settings in pack's configuration that cnb reads. */
export interface PackConfig {
  readonly defaultBuilder?: string;
  readonly trustedBuilders: readonly string[];
  readonly runImages: readonly { readonly image: string; readonly mirrors: readonly string[] }[];
  /** The mirrors by registry host. The key `*` applies to all registries. */
  readonly registryMirrors: Readonly<Record<string, string>>;
}

const nothing: PackConfig = { trustedBuilders: [], runImages: [], registryMirrors: {} };

/** Reads `$PACK_HOME/config.toml`, or `~/.pack/config.toml`. A missing or malformed file is ignored. */
export async function readPackConfig(env: NodeJS.ProcessEnv, warn: (text: string) => void): Promise<PackConfig> {
  const home = env["PACK_HOME"] || (env["HOME"] ? join(env["HOME"], ".pack") : undefined);
  if (home === undefined) return nothing;
  const file = resolve(home, "config.toml");
  try {
    const text = await readConfigFile(file, {
      unreadable: (why, { code }) => Object.assign(new Error(why), { code }),
      tooLarge: (why) => new Error(why),
    });
    // most users have no such file
    const { decodePackConfig } = await import("./pack-config-toml.ts");
    return decodePackConfig(text, file);
  } catch (error) {
    if (!isAbsent(error)) warn(`pack's configuration ${file} is ignored: ${(error as Error).message}`);
    return nothing;
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

/** Returns the user's mirrors for the run image with one of the given names. */
export const userMirrors = ({ runImages }: PackConfig, names: readonly string[]): readonly string[] =>
  runImages.filter(({ image }) => names.includes(image)).flatMap(({ mirrors }) => mirrors);
