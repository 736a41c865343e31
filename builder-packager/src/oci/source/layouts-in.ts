import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { layoutName } from "./layout.ts";

/**
 * Lists the OCI layouts in a directory whose image has a name, sorted by path. Symbolic links to
 * layouts are included.
 *
 * @example `await layoutsIn("dist/demo") // [{ dir: "dist/demo/base-run", name:
 * "localhost/demo/base-run:latest" }]`
 */
export async function layoutsIn(parent: string): Promise<readonly { readonly dir: string; readonly name: string }[]> {
  const entries = await readdir(parent, { withFileTypes: true });
  const dirs = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
  const layouts = dirs.sort().map(async (entry) => {
    const dir = join(parent, entry);
    const name = await layoutName(dir);
    return name === undefined ? [] : [{ dir, name }];
  });
  return (await Promise.all(layouts)).flat();
}
