import { randomBytes } from "node:crypto";
import { renameSync } from "node:fs";
import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Cancelled, ScaffoldError } from "../errors.ts";
import type { ProjectFile } from "./render.ts";

export interface WriteOptions {
  /** Whether `dir` is there. */
  readonly exists: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes a project so that either all of it is there or nothing: under a temporary name first, then renamed.
 *
 * @throws ScaffoldError OUTPUT_UNWRITABLE; Cancelled
 */
export async function writeProject(dir: string, files: readonly ProjectFile[], options: WriteOptions): Promise<void> {
  const { exists, signal } = options;
  const target = exists ? await realpath(dir) : dir;
  const parent = exists ? target : dirname(target);
  const staged = join(parent, `.create-${randomBytes(6).toString("hex")}`);
  let made: string | undefined;
  try {
    made = await mkdir(parent, { recursive: true });
    await stage(staged, files, signal);
    if (exists) for (const { path } of files) await mkdir(join(target, dirname(path)), { recursive: true });
    if (signal?.aborted) throw new Cancelled();
    // From here on nothing waits, so that no signal comes between.
    if (exists) for (const { path } of files) renameSync(join(staged, path), join(target, path));
    else renameSync(staged, target);
    made = undefined;
  } catch (error) {
    throw error instanceof Cancelled ? error : unwritable(dir, error);
  } finally {
    await rm(staged, { recursive: true, force: true }).catch(() => {}); // the error that led here says more
    if (made !== undefined) await rm(made, { recursive: true, force: true });
  }
}

async function stage(dir: string, files: readonly ProjectFile[], signal: AbortSignal | undefined): Promise<void> {
  await mkdir(dir);
  for (const { path, content } of files) {
    if (signal?.aborted) throw new Cancelled();
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
}

function unwritable(dir: string, cause: unknown): ScaffoldError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const reason = reasons[code] ? `: ${reasons[code]}` : "";
  return new ScaffoldError("OUTPUT_UNWRITABLE", `cannot write the project to ${dir}${reason}`, {
    ...(reason === "" && { cause }),
    hint: code === "ENOSPC" ? "Make room, or choose another folder." : "Choose a folder that you can write.",
  });
}

/** In place of the system's words, which name our temporary folder. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  ENAMETOOLONG: "the name is too long",
  ENOSPC: "the disk is full",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
};
