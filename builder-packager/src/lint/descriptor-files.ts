import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { CnbError } from "../errors.ts";
import { documentKinds, kindOfFile } from "./document.ts";

const names: ReadonlySet<string> = new Set(documentKinds.map((kind) => `${kind}.toml`));

/**
 * Finds the descriptors that paths name. Directories are searched, except `node_modules`, `dist`,
 * hidden directories and links.
 *
 * @param paths absolute paths
 * @throws CnbError ARGUMENT_INVALID
 */
export async function descriptorFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of paths) for (const file of await filesOf(path)) found.add(file);
  return [...found].sort();
}

async function filesOf(path: string): Promise<readonly string[]> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined)
    throw new CnbError("ARGUMENT_INVALID", `${path} does not exist`, {
      hint: "Pass a directory, or a file such as buildpack.toml.",
    });
  if (!stats.isDirectory()) return [namedFile(path)];
  const files = await filesBelow(path);
  if (files.length > 0) return files;
  throw new CnbError("ARGUMENT_INVALID", `${path} contains none of the files ${[...names].join(", ")}`, {
    hint: "Pass the directory of a buildpack, an extension or a builder.",
  });
}

function namedFile(path: string): string {
  if (kindOfFile(path) !== undefined) return path;
  throw new CnbError("ARGUMENT_INVALID", `${basename(path)} is not the name of a descriptor`, {
    hint: `The name must end in ${[...names].join(", ")}.`,
  });
}

async function filesBelow(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const below = entries
    .filter((entry) => entry.isDirectory() && !/^(\..*|node_modules|dist)$/.test(entry.name))
    .map(({ name }) => filesBelow(join(dir, name)));
  const own = entries
    .filter((entry) => !entry.isDirectory() && names.has(entry.name))
    .map(({ name }) => join(dir, name));
  return [...own, ...(await Promise.all(below)).flat()];
}
