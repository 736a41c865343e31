import * as native from "engine:fs";
import { codedError, incompatibleOptions, systemError } from "../errors.ts";
import { checkBoolean, checkFunction, checkInteger, checkObject } from "../internal/checks.ts";
import { dirname, isAbsolute, join, resolve } from "../path/parts.ts";
import { entriesOf, mkdirSync } from "./directories.ts";
import { checked, pathOf } from "./paths.ts";
import { operationError } from "./system-errors.ts";

export interface CpOptions {
  readonly dereference?: boolean | undefined;
  readonly errorOnExist?: boolean | undefined;
  readonly filter?: ((source: string, destination: string) => unknown) | undefined;
  readonly force?: boolean | undefined;
  readonly mode?: number | undefined;
  readonly preserveTimestamps?: boolean | undefined;
  readonly recursive?: boolean | undefined;
  readonly verbatimSymlinks?: boolean | undefined;
}

type Fields = readonly number[];

/** One thing to copy. Directories come a second time, when their entries are done, for their mode. */
interface Task {
  readonly from: string;
  readonly to: string;
  readonly after?: () => void;
}

const ENOENT = -2;
const TYPE = 0o170000;
const DIRECTORY = 0o040000;
const LINK = 0o120000;
const EISDIR = 21;
const ENOTDIR = 20;
const EINVAL = 22;
const EEXIST = 17;

/**
 * Copies a file or a tree. It uses an explicit stack, because an app's tree may be deeper than the
 * call stack allows.
 */
export function cpSync(from: unknown, to: unknown, options: CpOptions = {}): void {
  const steps = copying(rootOf(from, to, options), options);
  for (let step = steps.next(); !step.done; step = steps.next(step.value)) {
    if (typeof (step.value as Promise<unknown>)?.then === "function") {
      throw codedError(
        TypeError,
        "ERR_INVALID_RETURN_VALUE",
        'Expected boolean to be returned from the "filter" function but got an instance of Promise.',
      );
    }
  }
}

/** Copies a file or a tree like {@link cpSync}, but `filter` may return a promise. */
export function cp(from: unknown, to: unknown, options: CpOptions = {}): Promise<void> {
  return finished(copying(rootOf(from, to, options), options));
}

type Steps = Generator<unknown, void, unknown>;

async function finished(steps: Steps): Promise<void> {
  for (let step = steps.next(); !step.done; ) {
    step = steps.next(await step.value);
  }
}

/** Checks the arguments, which throws at once also if the copying calls back. */
function rootOf(from: unknown, to: unknown, options: CpOptions): Task {
  checkObject(options, "options");
  const { mode, filter, dereference, verbatimSymlinks } = options;
  for (const name of SWITCHES) {
    checkBoolean(options[name], `options.${name}`);
  }
  if (mode !== undefined && mode !== null) {
    checkInteger(mode, "mode", 0, 7);
  }
  if (dereference && verbatimSymlinks) {
    throw incompatibleOptions("dereference", "verbatimSymlinks");
  }
  if (filter !== undefined) {
    checkFunction(filter, "options.filter");
  }
  return { from: pathOf(from, "src"), to: pathOf(to, "dest") };
}

const SWITCHES = [
  "dereference",
  "errorOnExist",
  "force",
  "preserveTimestamps",
  "recursive",
  "verbatimSymlinks",
] as const;

/** Yields what `filter` returns, and expects its value. */
function* copying(root: Task, options: CpOptions): Steps {
  let isRoot = true;
  const stack: Task[] = [root];
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    if (task.after) {
      task.after();
      continue;
    }
    if (options.filter && !(yield options.filter(task.from, task.to))) {
      isRoot = false;
      continue;
    }
    const found = checkPair(task, options, isRoot);
    if (isRoot) {
      mkdirSync(dirname(task.to), { recursive: true });
    }
    isRoot = false;
    stack.push(...copyOne(task, found, options));
  }
}

interface Pair {
  readonly source: Fields;
  readonly target: Fields | undefined;
}

const typeOf = (fields: Fields): number => (fields[1] ?? 0) & TYPE;

function checkPair({ from, to }: Task, options: CpOptions, isRoot: boolean): Pair {
  const [stat, syscall] = options.dereference ? ([native.stat, "stat"] as const) : ([native.lstat, "lstat"] as const);
  const source = checked(stat(from), syscall, from);
  const found = stat(to);
  const target = found === ENOENT ? undefined : checked(found, syscall, to);
  const isDirectory = typeOf(source) === DIRECTORY;
  if (target !== undefined) {
    checkTarget({ from, to }, source, target);
  }
  if (isDirectory && isRoot && !options.recursive) {
    throw operationError(
      "ERR_FS_EISDIR",
      "Path is a directory",
      "cp",
      EISDIR,
      `${from} is a directory (not copied)`,
      from,
    );
  }
  if (isDirectory && isRoot && isBelow(from, source, to)) {
    throw invalid(`cannot copy ${from} to a subdirectory of self ${to}`, to);
  }
  return { source, target };
}

function checkTarget({ from, to }: Task, source: Fields, target: Fields): void {
  const isDirectory = typeOf(source) === DIRECTORY;
  const isOntoDirectory = typeOf(target) === DIRECTORY;
  if (isSame(source, target)) {
    throw invalid("src and dest cannot be the same", to);
  }
  if (isDirectory && !isOntoDirectory) {
    const message = `cannot overwrite non-directory ${to} with directory ${from}`;
    const summary = "Cannot overwrite non-directory with directory";
    throw operationError("ERR_FS_CP_DIR_TO_NON_DIR", summary, "cp", EISDIR, message, to);
  }
  if (!isDirectory && isOntoDirectory) {
    const message = `cannot overwrite directory ${to} with non-directory ${from}`;
    const summary = "Cannot overwrite directory with non-directory";
    throw operationError("ERR_FS_CP_NON_DIR_TO_DIR", summary, "cp", ENOTDIR, message, to);
  }
}

const invalid = (message: string, path: string): Error =>
  operationError("ERR_FS_CP_EINVAL", "Invalid src or dest", "cp", EINVAL, message, path);

const isSame = (a: Fields, b: Fields): boolean => a[0] === b[0] && a[7] === b[7];

/** True if the target is in the source: by its path, or because a directory above is the source. */
function isBelow(from: string, source: Fields, to: string): boolean {
  if (`${resolve(to)}/`.startsWith(`${resolve(from)}/`)) {
    return true;
  }
  const top = resolve(dirname(from));
  for (let path = resolve(dirname(to)); path !== "/" && path !== top; path = dirname(path)) {
    const fields = native.stat(path);
    if (typeof fields !== "number" && isSame(fields, source)) {
      return true;
    }
  }
  return false;
}

function copyOne(task: Task, { source, target }: Pair, options: CpOptions): readonly Task[] {
  switch (typeOf(source)) {
    case DIRECTORY:
      return copyDirectory(task, source, target);
    case LINK:
      copyLink(task, target, options);
      return [];
    case 0o140000:
      throw special("SOCKET", "cannot copy a socket file", task.to);
    case 0o010000:
      throw special("FIFO_PIPE", "cannot copy a FIFO pipe", task.to);
    default:
      copyRegular(task, source, target, options);
      return [];
  }
}

function special(kind: string, message: string, to: string): Error {
  const summary = kind === "SOCKET" ? "Cannot copy a socket file" : "Cannot copy a FIFO pipe";
  return operationError(`ERR_FS_CP_${kind}`, summary, "cp", EINVAL, `${message}: ${to}`, to);
}

function copyDirectory({ from, to }: Task, source: Fields, target: Fields | undefined): readonly Task[] {
  const tasks: Task[] = [];
  if (target === undefined) {
    checked(native.mkdir(to, 0o777), "mkdir", to);
    // At the end, because a directory that may not be written could not be filled.
    const after = () => checked(native.chmod(to, (source[1] ?? 0) & 0o7777), "chmod", to);
    tasks.push({ from, to, after });
  }
  for (const { name } of entriesOf(from).reverse()) {
    tasks.push({ from: join(from, name), to: join(to, name) });
  }
  return tasks;
}

function isKept({ to }: Task, target: Fields | undefined, { force = true, errorOnExist }: CpOptions): boolean {
  if (target === undefined || force) {
    return false;
  }
  if (errorOnExist) {
    throw operationError("ERR_FS_CP_EEXIST", "Target already exists", "cp", EEXIST, `${to} already exists`, to);
  }
  return true;
}

function copyRegular(task: Task, source: Fields, target: Fields | undefined, options: CpOptions): void {
  if (isKept(task, target, options)) {
    return;
  }
  const { from, to } = task;
  if (target !== undefined) {
    checked(native.unlink(to), "unlink", to);
  }
  checked(native.copyFile(from, to, ((options.mode ?? 0) & 1) === 1), "copyfile", from, to);
  if (options.preserveTimestamps) {
    const seconds = (at: number): number => (source[at] ?? 0) + (source[at + 1] ?? 0) / 1e9;
    checked(native.utimes(to, seconds(10), seconds(12), true), "utime", to);
  }
}

function copyLink(task: Task, target: Fields | undefined, options: CpOptions): void {
  const { from, to } = task;
  const text = checked(native.readlink(from), "readlink", from);
  const points = options.verbatimSymlinks || isAbsolute(text) ? text : resolve(dirname(from), text);
  const former = target === undefined ? undefined : native.readlink(to);
  if (typeof former === "string") {
    checkLinks(task, points, isAbsolute(former) ? former : resolve(dirname(to), former));
    checked(native.unlink(to), "unlink", to);
  }
  const result = native.symlink(points, to);
  if (result < 0) {
    throw systemError(result, "symlink", points, to);
  }
}

function checkLinks({ from, to }: Task, points: string, former: string): void {
  const fields = native.stat(from);
  if (typeof fields === "number" || typeOf(fields) !== DIRECTORY) {
    return;
  }
  if (isInside(points, former)) {
    throw invalid(`cannot copy ${points} to a subdirectory of self ${former}`, to);
  }
  if (isInside(former, points)) {
    const summary = "Cannot overwrite symlink in subdirectory of self";
    const message = `cannot overwrite ${former} with ${points}`;
    throw operationError("ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY", summary, "cp", EINVAL, message, to);
  }
}

const isInside = (above: string, path: string): boolean => `${path}/`.startsWith(`${above}/`);
