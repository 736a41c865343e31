import { chmod, mkdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { entriesOf, modeAt } from "./read.ts";

/** What is in a file, with its mode where that is not what `writeFileMap` would choose. */
export type TreeEntry = string | Uint8Array | { readonly contents: string | Uint8Array; readonly mode: number };

/** A directory in memory: contents by relative path; `name/` is an empty directory, `-> target` a symbolic link. */
export type Tree = Readonly<Record<string, TreeEntry>>;

const linkMark = "-> ";

/** Writes a tree into a directory. A text that begins with `#!` becomes executable, as its author will expect. */
export async function writeFileMap(dir: string, tree: Tree): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const [path, entry] of Object.entries(tree)) {
    const target = join(dir, path);
    await mkdir(path.endsWith("/") ? target : dirname(target), { recursive: true });
    if (!path.endsWith("/")) await writeEntry(target, entry);
  }
}

async function writeEntry(target: string, entry: TreeEntry): Promise<void> {
  if (typeof entry === "string" && entry.startsWith(linkMark)) return symlink(entry.slice(linkMark.length), target);
  const { contents, mode } = typeof entry === "object" && "mode" in entry ? entry : withMode(entry);
  await writeFile(target, contents);
  await chmod(target, mode);
}

/** How a tree is read. */
export interface TreeReading {
  /** Changes texts: the names of temporary directories are of no interest. */
  readonly rename?: (text: string) => string;
  /** Whether modes are told that `writeFileMap` would not choose. */
  readonly modes?: boolean;
}

/** Reads a directory as a tree, sorted by path. */
export async function readFileMap(dir: string, reading: TreeReading = {}): Promise<Tree> {
  const files = await readEntries(dir, "", { rename: (text) => text, modes: false, ...reading });
  return Object.fromEntries(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readEntries(dir: string, path: string, reading: Required<TreeReading>): Promise<[string, TreeEntry][]> {
  const entries = await entriesOf(join(dir, path));
  if (entries.length === 0 && path !== "") return [[path, ""]];
  const nested = entries.map(async (entry): Promise<[string, TreeEntry][]> => {
    const name = path + entry.name;
    if (entry.isDirectory()) return readEntries(dir, `${name}/`, reading);
    if (entry.isSymbolicLink()) return [[name, linkMark + reading.rename(await readlink(join(dir, name)))]];
    return [[name, await readEntry(join(dir, name), reading)]];
  });
  return (await Promise.all(nested)).flat();
}

async function readEntry(file: string, { rename, modes }: Required<TreeReading>): Promise<TreeEntry> {
  const contents = decoded(await readFile(file), rename);
  const mode = modes ? modeAt(file) : undefined;
  return mode === undefined || mode === withMode(contents).mode ? contents : { contents, mode };
}

function decoded(bytes: Uint8Array, rename: (text: string) => string): string | Uint8Array {
  try {
    return rename(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return Uint8Array.from(bytes);
  }
}

const withMode = (contents: string | Uint8Array) => ({ contents, mode: isScript(contents) ? 0o755 : 0o644 });
const isScript = (contents: string | Uint8Array) => typeof contents === "string" && contents.startsWith("#!");
