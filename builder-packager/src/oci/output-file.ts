import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CnbError } from "../errors.ts";

/** A name beside `target` that no other process uses. The same folder, so that a rename puts it in place. */
export const temporaryName = (target: string): string =>
  join(dirname(target), `.${basename(target)}.${process.pid}-${randomBytes(6).toString("hex")}.tmp`);

/**
 * Makes something under a temporary name beside `target`; `make` has to rename it. Whatever fails leaves nothing.
 *
 * @throws CnbError OUTPUT_UNWRITABLE when the file system refuses.
 */
export async function makeBeside<Result>(
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

/** Makes a folder and its parents. Node's own recursive mkdir never ends below /proc, where the kernel says ENOENT for ever. */
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
  EBUSY: "it is a mount point; choose a directory inside it",
  EEXIST: "a part of the path is not a directory",
  ENAMETOOLONG: "the name is too long",
};

/** Turns a refusal of the file system into an error about the output; all others stay as they are. */
function unwritable(target: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return error;
  const reason = reasons[String(error.code)];
  if (reason === undefined) return error;
  return new CnbError("OUTPUT_UNWRITABLE", `cannot write ${target}: ${reason}`, {
    cause: error,
    hint: "Choose another place, or make this one writable.",
  });
}
