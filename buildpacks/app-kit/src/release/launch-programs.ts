import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { BuildpackIdentity } from "libcnb";

/** Where buildpack.toml's `include-files` puts what runs in containers. */
const source = "src/launch";

/** Where a layer has the programs that run before each process of a container. */
export const launchPrograms = (layer: string): string => join(layer, "programs");

/** Puts them there: the files of the buildpack with an ending. The repository has tests beside them, the package has not. */
export async function copyLaunchPrograms({ dir }: BuildpackIdentity, layer: string, ending: string): Promise<void> {
  const names = (await readdir(join(dir, source))).filter((name) => name.endsWith(ending));
  for (const name of names) await cp(join(dir, source, name), join(launchPrograms(layer), name));
}
