import type { SpawnOptions as NativeOptions } from "engine:child";
import { codedError, invalidArgType, invalidArgValue, outOfRange } from "../errors.ts";
import { pathOf } from "../fs/paths.ts";
import { checkBoolean, checkInteger, checkSignal, checkString } from "../internal/checks.ts";
import { isSignal, signals } from "../internal/signals.ts";
import process from "../process/process.ts";

type StdioItem = "pipe" | "overlapped" | "ignore" | "inherit" | number | null | undefined | { readonly fd?: unknown };

export interface SpawnOptions {
  readonly argv0?: string | undefined;
  readonly cwd?: string | URL | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly stdio?: StdioItem | readonly StdioItem[] | undefined;
  readonly detached?: boolean | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly shell?: boolean | string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number | undefined;
  readonly killSignal?: string | number | undefined;
  readonly windowsHide?: boolean | undefined;
}

const NULL = -1;
export const PIPE = -2;

/** Converts the arguments of `spawn` to the options with which the engine starts the program. */
export function nativeOptions(file: string, args: readonly string[], options: SpawnOptions): NativeOptions {
  checkBoolean(options.detached, "options.detached");
  checkIds(options);
  const command = commandOf(file, args, options);
  return {
    ...command,
    env: variables(options.env ?? process.env),
    cwd: options.cwd === undefined || options.cwd === null ? undefined : pathOf(options.cwd, "options.cwd"),
    stdio: stdioOf(options.stdio),
    detached: options.detached ?? false,
    uid: options.uid,
    gid: options.gid,
  };
}

function checkIds({ uid, gid }: SpawnOptions): void {
  for (const [name, id] of Object.entries({ uid, gid })) {
    if (id !== undefined && id !== null) {
      checkInteger(id, `options.${name}`, -(2 ** 31), 2 ** 31 - 1);
    }
  }
}

function commandOf(
  file: string,
  args: readonly string[],
  { shell, argv0 }: SpawnOptions,
): { readonly file: string; readonly args: readonly string[] } {
  if (!shell) {
    return { file, args: [argv0 ?? file, ...args] };
  }
  const program = typeof shell === "string" ? shell : "/bin/sh";
  return { file: program, args: [argv0 ?? program, "-c", [file, ...args].join(" ")] };
}

export function checkCommand(file: unknown, args: unknown): asserts file is string {
  checkString(file, "file");
  if (file === "") {
    throw invalidArgValue("file", file, "cannot be empty");
  }
  refuseNul(file, "file");
  if (Array.isArray(args)) {
    for (const [index, arg] of args.entries()) {
      refuseNul(`${arg}`, `args[${index}]`);
    }
  }
}

function refuseNul(text: string, name: string): void {
  if (text.includes("\0")) {
    throw invalidArgValue(name, text, "must be a string without null bytes");
  }
}

function variables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const list: string[] = [];
  // Inherited ones too, as in Node.js
  for (const name in env) {
    const value = env[name];
    if (value !== undefined) {
      refuseNul(name, `options.env['${name}']`);
      refuseNul(`${value}`, `options.env['${name}']`);
      list.push(`${name}=${value}`);
    }
  }
  return list;
}

function stdioOf(stdio: SpawnOptions["stdio"]): readonly number[] {
  const items = Array.isArray(stdio) ? (stdio as readonly StdioItem[]) : [stdio, stdio, stdio];
  const all: readonly StdioItem[] =
    items.length < 3 ? [...items, ...new Array(3 - items.length).fill(undefined)] : items;
  return all.map((item, index) => descriptorFor(item as StdioItem, index));
}

function descriptorFor(item: StdioItem, index: number): number {
  if (item === undefined || item === null) {
    return index < 3 ? PIPE : NULL;
  }
  if (item === "pipe" || item === "overlapped") {
    return PIPE;
  }
  if (item === "ignore") {
    return NULL;
  }
  if (item === "inherit") {
    return index;
  }
  if (typeof item === "number") {
    return item;
  }
  if (typeof item === "object" && typeof item.fd === "number" && item.fd >= 0) {
    return item.fd;
  }
  throw invalidArgValue("stdio", item);
}

/** Returns the number of a signal, given by name or number. The default is SIGTERM. */
export function signalNumber(signal: unknown): number {
  if (signal === undefined || signal === null) {
    return signals.SIGTERM;
  }
  if (typeof signal === "number") {
    return signal;
  }
  const name = typeof signal === "string" ? signal.toUpperCase() : signal;
  if (isSignal(name)) {
    return signals[name];
  }
  if (typeof signal !== "string") {
    throw invalidArgType("signal", "one of type string or number", signal);
  }
  throw codedError(TypeError, "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${signal}`);
}

export function checkLimits({ timeout, signal, killSignal }: SpawnOptions): void {
  if (timeout !== undefined && timeout !== null) {
    if (!Number.isInteger(timeout) || timeout < 0) {
      throw outOfRange("timeout", "an unsigned integer", timeout);
    }
  }
  checkSignal(signal, "options.signal");
  signalNumber(killSignal);
}
