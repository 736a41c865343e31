import { chmod, link, lstat, mkdir, open, readdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream";
import { extract, type Header } from "tar-stream";
import { LibcnbError } from "../errors.ts";
import type { ExtractOptions } from "./archive.ts";
import { checkSymlink, entryPath, unsafe } from "./archive-path.ts";
import { decompressed } from "./decompressed.ts";
import { removeTree } from "./files.ts";
import { entriesOf, entryAt, hasCode } from "./read.ts";

/** An entry of the archive: its header and its bytes. */
type Entry = AsyncIterable<unknown> & { readonly header: Header; resume(): unknown };

/** Where an archive goes, and how much of it there was so far. */
interface Extraction extends ExtractOptions {
  readonly file: string;
  readonly root: string;
  /** Directories below the root that are known to be no links. */
  readonly directories: Set<string>;
  bytes: number;
  entries: number;
}

/** Extracts a tar archive: see `extractArchive`. */
export async function extractTar(file: string, dir: string, options: ExtractOptions): Promise<void> {
  const undo = await undoOf(dir);
  await mkdir(dir, { recursive: true });
  try {
    await extractInto({ ...options, file, root: dir, directories: new Set([""]), bytes: 0, entries: 0 });
  } catch (error) {
    await undo();
    throw error instanceof LibcnbError || hasSystemError(error) ? error : damaged(file, error);
  }
}

async function extractInto(extraction: Extraction): Promise<void> {
  const tar = extract();
  pipeline(await decompressed(extraction.file), tar, () => {}); // an error comes out of the iteration
  for await (const entry of tar) {
    await extractEntry(extraction, entry);
    entry.resume();
  }
  if (extraction.entries === 0)
    throw new LibcnbError("ARCHIVE_INVALID", `${extraction.file} holds no tar archive`, { hint: "Check the file." });
}

async function extractEntry(extraction: Extraction, entry: Entry): Promise<void> {
  const { header } = entry;
  count(extraction, header);
  refuseSparse(extraction, header);
  const path = entryPath(header.name, extraction.strip ?? 0);
  if (path === undefined || extraction.filter?.(path) === false) return;
  switch (header.type) {
    case "file":
    case "contiguous-file":
      return writeFileEntry(await placeFor(extraction, path), header, entry);
    case "directory":
      return writeDirectory(extraction, path, header);
    case "symlink":
      checkSymlink(path, header.linkname);
      return symlink(header.linkname, await placeFor(extraction, path));
    case "link":
      return writeHardLink(extraction, path, header);
    default:
      throw unsafe(header.name, `it is a ${header.type ?? "file of an unknown kind"}`);
  }
}

/** Counts before anything is written: what the header says is what will come. */
function count(extraction: Extraction, { size }: Header): void {
  const { maxBytes = 4 * 1024 ** 3, maxEntries = 1_000_000, file } = extraction;
  extraction.bytes += size;
  extraction.entries += 1;
  const what =
    extraction.bytes > maxBytes
      ? `${maxBytes} bytes`
      : extraction.entries > maxEntries
        ? `${maxEntries} entries`
        : undefined;
  if (what === undefined) return;
  throw new LibcnbError("ARCHIVE_TOO_LARGE", `${file} holds more than ${what}`, {
    hint: "Check the archive, or raise the limit.",
  });
}

// The reader would give the map and the packed data of such a file in place of its contents.
function refuseSparse({ file }: Extraction, header: Header): void {
  const sparse =
    Object.keys(header.pax ?? {}).some((key) => key.startsWith("GNU.sparse.")) || header.name.includes("GNUSparseFile");
  if (!sparse) return;
  throw new LibcnbError("ARCHIVE_INVALID", `${file} holds the sparse file ${JSON.stringify(header.name)}`, {
    hint: "Make the archive without --sparse.",
  });
}

async function writeFileEntry(target: string, { mode }: Header, entry: Entry): Promise<void> {
  const file = await open(target, "wx"); // never through a link
  try {
    for await (const chunk of entry) await file.writeFile(chunk as Uint8Array);
    await file.chmod(mode & 0o777); // not left to the process's mask
  } finally {
    await file.close();
  }
}

async function writeDirectory(extraction: Extraction, path: string, { mode }: Header): Promise<void> {
  await ensureDirectory(extraction, path);
  await chmod(join(extraction.root, path), (mode & 0o777) | 0o700); // what comes later must still go in
}

async function writeHardLink(extraction: Extraction, path: string, { linkname, name }: Header): Promise<void> {
  const target = entryPath(linkname, extraction.strip ?? 0);
  if (target === undefined || !(await isPlainFile(extraction, target)))
    throw unsafe(name, `it is a hard link to ${JSON.stringify(linkname)}`);
  await link(join(extraction.root, target), await placeFor(extraction, path));
}

async function isPlainFile(extraction: Extraction, path: string): Promise<boolean> {
  for (const parent of parentsOf(path)) {
    if (!(await entryAt(join(extraction.root, parent)))?.isDirectory) return false;
  }
  return (await entryAt(join(extraction.root, path)))?.isFile === true;
}

/** The absolute path for a new entry: its parents are directories and nothing is there any more. */
async function placeFor(extraction: Extraction, path: string): Promise<string> {
  await ensureDirectory(extraction, dirname(path) === "." ? "" : dirname(path));
  const target = join(extraction.root, path);
  const existing = await entryAt(target);
  if (existing?.isDirectory) throw unsafe(path, "it takes the place of a directory");
  if (existing !== undefined) await removeTree(target);
  return target;
}

async function ensureDirectory({ root, directories }: Extraction, path: string): Promise<void> {
  for (const directory of [...parentsOf(path), path]) {
    if (directories.has(directory)) continue;
    try {
      await mkdir(join(root, directory), { mode: 0o755 });
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
      if (!(await lstat(join(root, directory))).isDirectory())
        throw unsafe(path, `${JSON.stringify(directory)} is not a directory`);
    }
    directories.add(directory);
  }
}

/** `a/b/c` → `a`, `a/b` */
function parentsOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function undoOf(dir: string): Promise<() => Promise<void>> {
  const before = await entryAt(dir);
  if (before === undefined) return () => removeTree(dir);
  if ((await readdir(dir)).length > 0) return async () => {}; // something is there that is not ours to remove
  return async () => {
    for (const { name } of await entriesOf(dir)) await removeTree(join(dir, name));
  };
}

const hasSystemError = (error: unknown) => error instanceof Error && "syscall" in error;

function damaged(file: string, cause: unknown): LibcnbError<"ARCHIVE_INVALID"> {
  return new LibcnbError("ARCHIVE_INVALID", `cannot extract ${file}: it is damaged or not a tar archive`, {
    cause,
    hint: "Get the file again.",
  });
}
