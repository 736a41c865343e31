import { mkdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { entriesOf } from "./read.ts";

/** A directory in memory: contents by relative path; `name/` is an empty directory, `-> target` a symbolic link. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

const linkMark = "-> ";

/** Writes a tree into a directory. A text that begins with `#!` becomes executable, as its author will expect. */
export async function writeFileMap(dir: string, tree: Tree): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [path, contents] of Object.entries(tree)) {
    const target = join(dir, path);
    await mkdir(path.endsWith("/") ? target : dirname(target), { recursive: true });
    if (path.endsWith("/")) continue;
    if (typeof contents === "string" && contents.startsWith(linkMark))
      await symlink(contents.slice(linkMark.length), target);
    else await writeFile(target, contents, { mode: isScript(contents) ? 0o755 : 0o644 });
  }
}

/** Reads a directory as a tree, sorted by path. `rename` changes texts: the names of temporary directories are of no interest. */
export async function readFileMap(dir: string, rename: (text: string) => string = (text) => text): Promise<Tree> {
  const files = await readEntries(dir, "", rename);
  return Object.fromEntries(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readEntries(
  dir: string,
  path: string,
  rename: (text: string) => string,
): Promise<[string, string | Uint8Array][]> {
  const entries = await entriesOf(join(dir, path));
  if (entries.length === 0 && path !== "") return [[path, ""]];
  const nested = entries.map(async (entry): Promise<[string, string | Uint8Array][]> => {
    const name = path + entry.name;
    if (entry.isDirectory()) return readEntries(dir, `${name}/`, rename);
    if (entry.isSymbolicLink()) return [[name, linkMark + rename(await readlink(join(dir, name)))]];
    return [[name, decoded(await readFile(join(dir, name)), rename)]];
  });
  return (await Promise.all(nested)).flat();
}

function decoded(bytes: Uint8Array, rename: (text: string) => string): string | Uint8Array {
  try {
    return rename(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return Uint8Array.from(bytes);
  }
}

const isScript = (contents: string | Uint8Array) => typeof contents === "string" && contents.startsWith("#!");
