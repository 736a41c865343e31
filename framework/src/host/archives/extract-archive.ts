import { type FileHandle, mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { LibcnbError } from "../../errors.ts";
import { removeTree } from "../files/files.ts";
import { entriesOf, entryAt } from "../files/read.ts";
import { archiveFormat } from "./archive-format.ts";
import type { ExtractOptions } from "./extract-options.ts";
import { extractTar } from "./extract-tar.ts";
import { Extraction } from "./extraction.ts";

/** Extracts an archive. {@link extractArchive} describes the rules. */
export async function extract(file: string, dir: string, options: ExtractOptions): Promise<void> {
  const undo = await undoOf(dir);
  await mkdir(dir, { recursive: true });
  try {
    await extractEntries(new Extraction(file, dir, options));
  } catch (error) {
    await undo();
    throw error instanceof LibcnbError || hasSystemError(error) ? error : damaged(file, error);
  }
}

async function extractEntries(extraction: Extraction): Promise<void> {
  const file = await open(extraction.file);
  try {
    const format = await archiveFormat(extraction.file, file);
    if (format === "plain" && !(await isTar(file))) throw notAnArchive(extraction.file);
    if (format !== "zip") return await extractTar(extraction, file, format);
    // loaded late, because most archives are not zip files
    const { extractZip } = await import("./extract-zip.ts");
    await extractZip(extraction);
  } finally {
    await file.close();
  }
}

async function undoOf(dir: string): Promise<() => Promise<void>> {
  const before = await entryAt(dir);
  if (before === undefined) return () => removeTree(dir);
  if ((await readdir(dir)).length > 0) return async () => {}; // something is there that is not ours to remove
  return async () => {
    for (const { name } of await entriesOf(dir)) await removeTree(join(dir, name));
  };
}

// zlib's errors have no system call, those of the file system do
const hasSystemError = (error: unknown) => error instanceof Error && "syscall" in error;

/** Recognizes the first header of a tar archive; a header of zeros is an archive without entries. */
async function isTar(file: FileHandle): Promise<boolean> {
  const header = Buffer.alloc(512);
  await file.read(header, 0, header.length, 0);
  const checksum = Number.parseInt(header.toString("latin1", 148, 156), 8);
  const sum = header.fill(" ", 148, 156).reduce((total, byte) => total + byte, 0);
  return checksum === sum || sum === 8 * 0x20;
}

const notAnArchive = (file: string): LibcnbError<"ARCHIVE_INVALID"> =>
  new LibcnbError("ARCHIVE_INVALID", `cannot extract ${file}: it is neither a zip nor a tar archive`, {
    hint: "Check the file: a server may have sent an error page instead of the archive. In a test, provide an archive, for example with tarball().",
  });

function damaged(file: string, cause: unknown): LibcnbError<"ARCHIVE_INVALID"> {
  return new LibcnbError("ARCHIVE_INVALID", `cannot extract ${file}: it is damaged or not an archive`, {
    cause,
    hint: "Download the file again. If this error persists, use another archive.",
  });
}
