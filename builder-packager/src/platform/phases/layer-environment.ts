import { pathDirectories } from "libcnb/internal";
import type { LayerFiles } from "libcnb/lifecycle-rules";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";
import { readEnvDirectory } from "./env-directory.ts";

/**
 * Reads the parts of a layer that affect environment variables: its directories for paths, such as
 * `bin`, and the files of env directories.
 *
 * @param scopes the names of the env directories, for example `env` and `env.build`
 */
export async function layerEnvironment(
  files: SandboxFiles,
  { name, path }: Pick<LayerFiles, "name" | "path">,
  scopes: readonly string[],
): Promise<LayerFiles> {
  const found: Record<string, string> = {};
  for (const directory of pathDirectories) if (await files.stat(`${path}/${directory}`)) found[directory] = "";
  for (const scope of scopes)
    for (const [file, text] of await readEnvDirectory(files, `${path}/${scope}`)) found[`${scope}/${file}`] = text;
  return { name, path, files: found };
}
