import { existsSync, mkdirSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CnbError } from "../../errors.ts";
import { writeChunks } from "../layers/write-chunks.ts";
import { outputFile } from "./output-target.ts";
import { removeLeftovers, temporaryName } from "./temporary-name.ts";

/**
 * Creates a file under a temporary name next to `target`. `make` writes that file and renames it to
 * `target`. After a failure, no file remains.
 *
 * @throws CnbError OUTPUT_UNWRITABLE when the file system refuses.
 */
export async function createNextTo<Result>(
  target: string,
  make: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const temporary = temporaryName(target);
  try {
    makeDirectory(dirname(target));
    return await make(temporary);
  } catch (error) {
    throw unwritable(target, error);
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined); // the first error counts
  }
}

/**
 * Creates an output like {@link createNextTo}, and removes temporary files that killed processes
 * left next to `target`. If `target` does not exist yet, they are removed only after it is created:
 * a process that was killed while it replaced `target` may have left the only copy.
 *
 * @throws CnbError OUTPUT_UNWRITABLE when the file system refuses.
 */
export async function makeOutput<Result>(
  target: string,
  make: (temporary: string) => Promise<Result>,
): Promise<Result> {
  if (existsSync(target)) await removeLeftovers(target);
  const result = await createNextTo(target, make);
  await removeLeftovers(target);
  return result;
}

/**
 * Writes a file that appears complete or not at all. Symbolic links are followed.
 *
 * @throws CnbError OUTPUT_UNWRITABLE when it cannot be written, or when the path is something other
 * than a regular file.
 * @example `await writeOutputFile("app.tar", chunks)`
 */
export async function writeOutputFile(file: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const target = outputFile(file);
  await makeOutput(target, async (temporary) => {
    const output = await open(temporary, "wx");
    try {
      await writeChunks(output, chunks);
    } finally {
      await output.close();
    }
    outputFile(target); // what appeared meanwhile is not replaced, either
    await rename(temporary, target);
  });
}

/**
 * Creates a directory and its parents. Node's own recursive mkdir never ends below /proc, where the
 * kernel always returns ENOENT.
 */
function makeDirectory(dir: string): void {
  try {
    mkdirSync(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && statSync(dir).isDirectory()) return;
    if (code !== "ENOENT") throw error;
    if (existsSync(dirname(dir))) throw Object.assign(error as Error, { code: "EPERM" }); // below /proc
    makeDirectory(dirname(dir));
    mkdirSync(dir);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of the path is not a directory",
  EISDIR: "it is a directory",
  EBUSY: "it is a mount point",
  EEXIST: "a part of the path is not a directory",
  ELOOP: "its symbolic links cannot be resolved",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EFBIG: "it would exceed the maximum size of a file",
  EIO: "an input/output error occurred",
  ENOENT: "its directory does not exist",
  EINVAL: "the file system does not allow this name",
  ETXTBSY: "it is a program that is currently running",
  ENAMETOOLONG: "the name is too long",
};

/** True if an error is about the output, and not about a file that is copied into it. */
function isAbout({ path, syscall }: NodeJS.ErrnoException, target: string): boolean {
  if (path === undefined) return syscall !== "read";
  const dir = dirname(target);
  return path.startsWith(dir) || dir.startsWith(path);
}

/**
 * Converts a file system error to an error about the output. Other errors are returned unchanged.
 */
export function unwritable(target: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return error;
  const reason = reasons[String(error.code)];
  if (reason === undefined || !isAbout(error as NodeJS.ErrnoException, target)) return error;
  return new CnbError("OUTPUT_UNWRITABLE", `cannot write ${target}: ${reason}`, {
    cause: error,
    hint: remedies[String(error.code)] ?? "Choose another path, or make this one writable.",
  });
}

const moreSpace = "Free some space, or choose a path on another disk.";
const moreFiles = "Raise the limit of open files, for example with `ulimit -n 4096`, and try again.";

/** The hints for reasons that permissions do not change. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: moreSpace,
  EDQUOT: moreSpace,
  EFBIG: "Choose a path on another file system, or raise the limit of file sizes (ulimit -f).",
  EMFILE: moreFiles,
  ENFILE: moreFiles,
  EIO: "Choose a path on another disk, and check this one.",
  ENOENT: "Choose another path, or create its directory.",
  ENOTDIR: "Choose another path.",
  EEXIST: "Choose another path.",
  EBUSY: "Choose a directory inside it, or another path.",
  EISDIR: "Use the path of a file in this directory.",
  ELOOP: "Choose another path, or correct the symbolic links.",
  EINVAL: "Choose another name.",
  ENAMETOOLONG: "Choose a shorter name.",
  ETXTBSY: "End the program, or choose another path.",
};
