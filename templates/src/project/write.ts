import { randomBytes } from "node:crypto";
import { renameSync } from "node:fs";
import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { defined } from "../defined.ts";
import { Cancelled, ScaffoldError } from "../errors.ts";
import type { ProjectFile } from "./render.ts";

export interface WriteOptions {
  /** True if the project's directory already exists. */
  readonly exists: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes the files of a project, completely or not at all. The files are first written under
 * temporary names, and then renamed.
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
    await rm(staged, { recursive: true, force: true }).catch(() => {}); // the error that led here is more specific
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
    ...defined({ cause: reason === "" ? cause : undefined }),
    hint:
      code === "ENOSPC" ? "Free some space, or choose another directory." : "Choose a directory that you can write to.",
  });
}

/** In place of the system's words, which name our temporary directory. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  ENAMETOOLONG: "the name is too long",
  ENOSPC: "the disk is full",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
};
