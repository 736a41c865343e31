import { chmod, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Inventory } from "libcnb";
import type { Chosen } from "./choose.ts";

/** Installs Node.js and npm into a folder in the layout of the upstream archive: bin/, lib/node_modules/npm. */
export async function install(inventory: Inventory, { node, npm }: Chosen, dir: string): Promise<void> {
  if (npm === undefined) return inventory.install(node, dir);
  // the package also has headers, a manual and a changelog, which no app starts
  await inventory.install(node, dir, { filter: (name) => name === "bin/node" || name === "LICENSE" });
  await inventory.install(npm, join(dir, "lib/node_modules/npm"));
  await linkTools(dir, ["npm", "npx"]);
}

/** The links that the upstream archive has: bin/npm → ../lib/node_modules/npm/bin/npm-cli.js */
async function linkTools(dir: string, tools: readonly string[]): Promise<void> {
  await chmod(join(dir, "bin/node"), 0o755);
  for (const tool of tools) {
    const script = `lib/node_modules/npm/bin/${tool}-cli.js`;
    await chmod(join(dir, script), 0o755);
    await symlink(join("..", script), join(dir, "bin", tool));
  }
}
