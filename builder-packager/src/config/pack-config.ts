import { join, resolve } from "node:path";
import { parseToml } from "libcnb/spec";
import * as v from "valibot";
import { defined } from "../defined.ts";
import { object, record } from "../schema.ts";
import { readConfigFile } from "./read-file.ts";

/** The settings in pack's configuration that cnb reads. */
export interface PackConfig {
  readonly defaultBuilder?: string;
  readonly trustedBuilders: readonly string[];
  readonly runImages: readonly { readonly image: string; readonly mirrors: readonly string[] }[];
  /** The mirrors by registry host. The key `*` applies to all registries. */
  readonly registryMirrors: Readonly<Record<string, string>>;
}

const schema = object({
  "default-builder-image": v.optional(v.string()),
  "trusted-builders": v.optional(v.array(object({ name: v.string() })), []),
  "run-images": v.optional(v.array(object({ image: v.string(), mirrors: v.optional(v.array(v.string()), []) })), []),
  "registry-mirrors": v.optional(record(v.string(), v.string()), {}),
});

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
    return configIn(v.parse(schema, parseToml(text, file)));
  } catch (error) {
    if (!isAbsent(error)) warn(`pack's configuration ${file} is ignored: ${(error as Error).message}`);
    return nothing;
  }
}

const configIn = (toml: v.InferOutput<typeof schema>): PackConfig => ({
  ...defined({ defaultBuilder: toml["default-builder-image"] || undefined }),
  trustedBuilders: toml["trusted-builders"].map(({ name }) => name),
  runImages: toml["run-images"],
  registryMirrors: toml["registry-mirrors"],
});

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

/** Returns the user's mirrors for the run image with one of the given names. */
export const userMirrors = ({ runImages }: PackConfig, names: readonly string[]): readonly string[] =>
  runImages.filter(({ image }) => names.includes(image)).flatMap(({ mirrors }) => mirrors);
