import { realpath, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";
import { readForeignFile } from "../files/foreign-file.ts";
import { limits } from "../limits.ts";

/** An inventory on disk. */
export interface InventoryFileText {
  readonly path: string;
  readonly text: string;
}

const names = ["buildpack.toml", "extension.toml", "inventory.toml"];

/**
 * Reads the inventories that declare sources of releases. A path is a file, or a directory with
 * files of the usual names, such as `buildpack.toml`. Subdirectories are ignored.
 *
 * @throws CnbError INVENTORY_INVALID if none has sources, or a file cannot be read
 */
export async function inventoriesAt(paths: readonly string[]): Promise<readonly InventoryFileText[]> {
  const found = await Promise.all(paths.map(filesAt));
  const texts = await Promise.all([...new Set(found.flat())].map(async (path) => ({ path, text: await textOf(path) })));
  const withSources = texts.filter(({ text }) => /dependency-sources/.test(text));
  if (withSources.length > 0) return withSources;
  throw new CnbError(
    "INVENTORY_INVALID",
    `found no inventory that declares sources of releases in ${paths.join(", ")}`,
    {
      hint: "Add [[metadata.dependency-sources]] to buildpack.toml: see docs/guide/inventories.md.",
    },
  );
}

async function filesAt(path: string): Promise<readonly string[]> {
  const entry = await stat(path).catch(() => undefined);
  if (entry === undefined)
    throw new CnbError("ARGUMENT_INVALID", `${path} does not exist`, {
      hint: "Pass the directory of a buildpack, or an inventory file.",
    });
  if (!entry.isDirectory()) return [path];
  const files = await Promise.all(
    names.map(async (name) =>
      (await stat(join(path, name)).catch(() => undefined))?.isFile() ? [join(path, name)] : [],
    ),
  );
  return files.flat();
}

async function textOf(path: string): Promise<string> {
  const bytes = await readForeignFile(path, limits.configFile.most);
  if (bytes !== undefined) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  throw new CnbError("INVENTORY_INVALID", `${path} cannot be read`, {
    hint: "Pass a regular file that you have permission to read.",
  });
}

/** Replaces an inventory: an interruption leaves the old file or the new one. */
export async function writeInventory(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const { mode } = await stat(target);
  await writeFile(`${target}.new`, text, { mode });
  await rename(`${target}.new`, target);
}
