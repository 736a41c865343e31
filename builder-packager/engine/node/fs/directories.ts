import * as native from "engine:fs";
import { systemError } from "../errors.ts";
import { checkBoolean } from "../internal/checks.ts";
import { join, relative } from "../path/parts.ts";
import { type Dirent, DT, direntOf } from "./dirent.ts";
import { modeOf } from "./flags.ts";
import { checked, type NameEncoding, nameEncodingOf, nameIn, pathOf } from "./paths.ts";

export interface Entry {
  readonly name: string;
  readonly type: number;
}

/** Returns the entries of a directory, sorted by the bytes of their names, as in libuv. */
export function entriesOf(path: string): Entry[] {
  const list = checked(native.readdir(path), "scandir", path);
  const entries: Entry[] = [];
  for (let index = 0; index < list.length; index += 2) {
    const name = list[index] as string;
    const type = list[index + 1] as number;
    // Some file systems do not give types.
    entries.push({ name, type: type === DT.unknown ? typeOf(join(path, name)) : type });
  }
  return entries.sort(byName);
}

function byName({ name: a }: Entry, { name: b }: Entry): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const first = a.charCodeAt(index);
    const second = b.charCodeAt(index);
    if (first !== second) {
      return rank(first) - rank(second);
    }
  }
  return a.length - b.length;
}

/** In UTF-8, characters beyond U+FFFF come after all others; in UTF-16 they are surrogates, before U+E000. */
function rank(unit: number): number {
  if (unit < 0xd800) {
    return unit;
  }
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

function typeOf(path: string): number {
  const fields = native.lstat(path);
  return typeof fields === "number" ? DT.unknown : ((fields[1] ?? 0) & 0o170000) >> 12;
}

const leadsToDirectory = (path: string): boolean => {
  const fields = native.stat(path);
  return typeof fields !== "number" && ((fields[1] ?? 0) & 0o170000) === 0o040000;
};

export interface ReaddirOptions {
  readonly encoding?: string | null | undefined;
  readonly withFileTypes?: boolean | undefined;
  readonly recursive?: boolean | undefined;
}

export function readdirSync(
  path: unknown,
  options?: ReaddirOptions | string | null,
): string[] | Buffer[] | Dirent[] | (string | Buffer)[] {
  const directory = pathOf(path);
  const encoding = nameEncodingOf(options);
  const { withFileTypes, recursive } = (typeof options === "object" && options) || {};
  checkBoolean(recursive, "options.recursive");
  if (recursive) {
    return withFileTypes ? direntsBelow(directory, encoding) : namesBelow(directory, encoding);
  }
  return withFileTypes
    ? entriesOf(directory).map(({ name, type }) => direntOf(name, directory, type, encoding))
    : entriesOf(directory).map(({ name }) => nameIn(name, encoding));
}

function direntsBelow(root: string, encoding: NameEncoding): Dirent[] {
  const found: Dirent[] = [];
  const queue = [root];
  for (const directory of queue) {
    for (const { name, type } of entriesOf(directory)) {
      found.push(direntOf(name, directory, type, encoding));
      const path = join(directory, name);
      if (type === DT.directory || (type === DT.link && leadsToDirectory(path))) {
        queue.push(path);
      }
    }
  }
  return found;
}

function namesBelow(root: string, encoding: NameEncoding): (string | Buffer)[] {
  const found: (string | Buffer)[] = [];
  const queue = [root];
  for (const directory of queue) {
    for (const { name, type } of entriesOf(directory)) {
      const path = join(directory, name);
      found.push(nameIn(relative(root, path), encoding));
      if (type === DT.directory || (type === DT.link && leadsToDirectory(path))) {
        queue.push(path);
      }
    }
  }
  return found;
}

export interface MkdirOptions {
  readonly recursive?: boolean | undefined;
  readonly mode?: string | number | null | undefined;
}

const ENOENT = -2;
const EEXIST = -17;
const ENOTDIR = -20;

export function mkdirSync(
  path: unknown,
  options?: MkdirOptions | string | number | null,
  modeName = "options.mode",
): string | undefined {
  const directory = pathOf(path);
  const isMode = typeof options === "number" || typeof options === "string";
  const { recursive, mode: given }: MkdirOptions = isMode ? { mode: options } : (options ?? {});
  checkBoolean(recursive, "options.recursive");
  const mode = modeOf(given, isMode ? "mode" : modeName, 0o777);
  if (recursive) {
    return makeAll(directory, mode);
  }
  checked(native.mkdir(directory, mode), "mkdir", directory);
  return undefined;
}

/** Makes the directories above too; returns the first one that it made. */
function makeAll(directory: string, mode: number): string | undefined {
  const waiting = [directory];
  const tried = new Set<string>();
  let first: string | undefined;
  for (let path = waiting.at(-1); path !== undefined; path = waiting.at(-1)) {
    const result = native.mkdir(path, mode);
    // below /proc, a directory is ENOENT although its parent exists; Node.js tries for ever
    if (result === ENOENT && parentOf(path) !== path && !tried.has(path)) {
      tried.add(path);
      waiting.push(parentOf(path));
      continue;
    }
    if (result === 0) {
      first ??= path;
    } else if (!leadsToDirectory(path)) {
      // A file above is ENOTDIR for what is asked for.
      const isAbove = waiting.length > 1 && result === EEXIST;
      throw systemError(isAbove ? ENOTDIR : result, "mkdir", directory);
    }
    waiting.pop();
  }
  return first;
}

function parentOf(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  const slash = trimmed.lastIndexOf("/");
  if (slash === -1) {
    return ".";
  }
  return trimmed.slice(0, slash) || "/";
}

export function mkdtempSync(prefix: unknown, options?: { readonly encoding?: string | null } | string | null): string {
  const path = pathOf(prefix, "prefix");
  return nameIn(checked(native.mkdtemp(path), "mkdtemp", `${path}XXXXXX`), nameEncodingOf(options)) as string;
}
