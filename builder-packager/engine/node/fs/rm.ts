import * as native from "engine:fs";
import { systemError } from "../errors.ts";
import { checkBoolean, checkInteger, checkObject } from "../internal/checks.ts";
import process from "../process/process.ts";
import { entriesOf } from "./directories.ts";
import { DT } from "./dirent.ts";
import { checked, pathOf } from "./paths.ts";
import { operationError } from "./system-errors.ts";

export interface RmOptions {
  readonly force?: boolean | undefined;
  readonly recursive?: boolean | undefined;
  readonly maxRetries?: number | undefined;
  readonly retryDelay?: number | undefined;
}

const ENOENT = -2;
const EISDIR = 21;

/**
 * Removes a file, or with `recursive` a directory with all its content. Symbolic links are never
 * followed.
 */
export function rmSync(path: unknown, options: RmOptions = {}): void {
  const root = pathOf(path);
  checkOptions(options);
  const fields = native.lstat(root);
  if (fields === ENOENT && options.force) {
    return;
  }
  const [, mode = 0] = checked(fields, "lstat", root);
  if ((mode & 0o170000) !== 0o040000) {
    removed(native.unlink(root), "unlink", root);
  } else if (options.recursive) {
    removeTree(root);
  } else {
    throw operationError("ERR_FS_EISDIR", "Path is a directory", "rm", EISDIR, "is a directory", root);
  }
}

function checkOptions(options: RmOptions): void {
  checkObject(options, "options");
  const { force, recursive, maxRetries, retryDelay } = options;
  checkBoolean(recursive, "options.recursive");
  if (retryDelay !== undefined) {
    checkInteger(retryDelay, "options.retryDelay", 0, 2 ** 31 - 1);
  }
  if (maxRetries !== undefined) {
    checkInteger(maxRetries, "options.maxRetries", 0, 2 ** 32 - 1);
  }
  checkBoolean(force, "options.force");
}

let isWarned = false;

/** Removes an empty directory; with the old option `recursive`, one with all its content. */
export function rmdirSync(path: unknown, options: Omit<RmOptions, "force"> = {}): void {
  const directory = pathOf(path);
  checkOptions(options);
  if (!options.recursive) {
    checked(native.rmdir(directory), "rmdir", directory);
    return;
  }
  if (!isWarned) {
    isWarned = true;
    const rule = "fs.rmdir(path, { recursive: true }) will be removed. Use fs.rm(path, { recursive: true }) instead";
    process.emitWarning(`In future versions of Node.js, ${rule}`, "DeprecationWarning", "DEP0147");
  }
  const [, mode = 0] = checked(native.lstat(directory), "lstat", directory);
  if ((mode & 0o170000) === 0o040000) {
    removeTree(directory);
  } else {
    checked(native.rmdir(directory), "rmdir", directory);
  }
}

/** The tree of an app may be deeper than the stack of calls. */
function removeTree(root: string): void {
  const stack: { readonly path: string; isRead: boolean }[] = [{ path: root, isRead: false }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.isRead) {
      removed(native.rmdir(top.path), "rmdir", top.path);
      stack.pop();
      continue;
    }
    top.isRead = true;
    for (const { name, type } of entriesIn(top.path)) {
      const path = `${top.path}/${name}`;
      if (type === DT.directory) {
        stack.push({ path, isRead: false });
      } else {
        removed(native.unlink(path), "unlink", path);
      }
    }
  }
}

function entriesIn(path: string): readonly { readonly name: string; readonly type: number }[] {
  try {
    return entriesOf(path);
  } catch (error) {
    // Another process may remove the same tree.
    if ((error as { errno?: number }).errno === ENOENT) {
      return [];
    }
    throw error;
  }
}

function removed(result: number, syscall: string, path: string): void {
  if (result < 0 && result !== ENOENT) {
    throw systemError(result, syscall, path);
  }
}
