import { chmod, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";
import { createNextTo } from "../oci/files/output-file.ts";
import { outputFile } from "../oci/files/output-target.ts";
import { readNamedFile } from "./named-file.ts";

/** An inventory on disk. */
export interface InventoryFileText {
  readonly path: string;
  readonly text: string;
}

const names = ["buildpack.toml", "extension.toml", "inventory.toml"];

/**
 * Reads the inventories that declare sources of releases. A path names a file, or a directory that
 * contains files with the usual names, such as `buildpack.toml`. Subdirectories are ignored.
 *
 * @throws CnbError INVENTORY_INVALID if no inventory has sources, or a file cannot be read
 */
export async function inventoriesAt(paths: readonly string[]): Promise<readonly InventoryFileText[]> {
  const found = await Promise.all(paths.map(filesAt));
  const texts = await Promise.all([...new Set(found.flat())].map(async (path) => ({ path, text: await textOf(path) })));
  const withSources = texts.filter(({ text }) => /dependency-sources/.test(text));
  if (withSources.length > 0) return withSources;
  throw new CnbError(
    "INVENTORY_INVALID",
    `no inventory in ${paths.join(", ")} has a table [[dependency-sources]], which lists where new releases are published`,
    {
      hint: "Add [[metadata.dependency-sources]] to buildpack.toml, as docs/guide/inventories.md describes.",
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
  const refusal = (reason: string): CnbError =>
    new CnbError("INVENTORY_INVALID", `${path} cannot be read: it ${reason}`, {
      hint: "Pass a regular file that you have permission to read.",
    });
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await readNamedFile(path, refusal));
}

/**
 * Replaces an inventory file atomically: after an interruption, the path contains either the old or
 * the new file. Symbolic links are followed.
 *
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export async function writeInventory(path: string, text: string): Promise<void> {
  const target = outputFile(path);
  const { mode } = await stat(target);
  await createNextTo(target, async (temporary) => {
    await writeFile(temporary, text, { flag: "wx" });
    await chmod(temporary, mode & 0o777);
    await rename(temporary, target);
  });
}
