import { chmodSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { entriesOf, modeAt } from "./read.ts";

/**
 * The content of a file in a tree, with the file's mode if `writeFileMap` would choose another
 * mode.
 */
export type TreeEntry = string | Uint8Array | { readonly contents: string | Uint8Array; readonly mode: number };

/**
 * A directory in memory: contents by relative path. A name with a trailing slash (`name/`) is an
 * empty directory, and a value `-> target` is a symbolic link.
 */
export type Tree = Readonly<Record<string, TreeEntry>>;

const linkMark = "-> ";

// Synchronous inside: small trees, of which a test writes and reads many.

/** Writes a tree into a directory. A string that starts with `#!` becomes an executable file. */
export async function writeFileMap(dir: string, tree: Tree): Promise<void> {
  const made = new Set<string>();
  const make = (directory: string) => {
    if (!made.has(directory)) mkdirSync(directory, { recursive: true });
    made.add(directory);
  };
  make(dir);
  for (const [path, entry] of Object.entries(tree)) {
    const target = join(dir, path);
    make(path.endsWith("/") ? target : dirname(target));
    if (!path.endsWith("/")) writeEntry(target, entry);
  }
}

function writeEntry(target: string, entry: TreeEntry): void {
  const link = linkOf(entry);
  if (link !== undefined) {
    symlinkSync(link, target);
    return;
  }
  const { contents, mode } = fileOf(entry);
  writeFileSync(target, contents);
  chmodSync(target, mode);
}

/** Returns the target of a tree entry that is a symbolic link; undefined for other entries. */
export const linkOf = (entry: TreeEntry): string | undefined =>
  typeof entry === "string" && entry.startsWith(linkMark) ? entry.slice(linkMark.length) : undefined;

/** Returns the contents and the mode of a tree entry that is a file. */
export const fileOf = (entry: TreeEntry): Extract<TreeEntry, { readonly mode: number }> =>
  typeof entry === "object" && "mode" in entry ? entry : withMode(entry);

/** Options for reading a directory as a tree. */
export interface TreeReading {
  /** Replaces parts of texts, such as the paths of temporary directories. */
  readonly rename?: (text: string) => string;
  /** True to include modes other than those that `writeFileMap` chooses. */
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
    if (entry.isSymbolicLink()) return [[name, linkMark + reading.rename(readlinkSync(join(dir, name)))]];
    return [[name, readEntry(join(dir, name), reading)]];
  });
  return (await Promise.all(nested)).flat();
}

function readEntry(file: string, { rename, modes }: Required<TreeReading>): TreeEntry {
  const contents = decoded(readFileSync(file), rename);
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
