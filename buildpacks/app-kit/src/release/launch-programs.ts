import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { BuildpackIdentity } from "libcnb";

/** Where buildpack.toml's `include-files` puts what runs in containers. */
const source = "src/launch";

/** The directory of a layer's programs that run before each process of a container. */
export const launchPrograms = (layer: string): string => join(layer, "programs");

/**
 * Copies the buildpack's launch programs to the layer. It selects them by extension, because in the
 * repository their tests are next to them.
 */
export async function copyLaunchPrograms({ dir }: BuildpackIdentity, layer: string, ending: string): Promise<void> {
  const names = (await readdir(join(dir, source))).filter((name) => name.endsWith(ending));
  for (const name of names) await cp(join(dir, source, name), join(launchPrograms(layer), name));
}
