import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { BuildpackIdentity } from "libcnb";

/** The directory into which `include-files` of buildpack.toml puts the programs for containers. */
const source = "src/launch";

/**
 * Returns the path of the directory in a layer for exec.d programs, which run before each process
 * of a container.
 */
export const launchPrograms = (layer: string): string => join(layer, "programs");

/**
 * Copies the buildpack's exec.d programs to a layer. Only files with the given ending are copied,
 * because in the repository, the tests are in the same directory.
 */
export async function copyLaunchPrograms({ dir }: BuildpackIdentity, layer: string, ending: string): Promise<void> {
  const names = (await readdir(join(dir, source))).filter((name) => name.endsWith(ending));
  for (const name of names) await cp(join(dir, source, name), join(launchPrograms(layer), name));
}
