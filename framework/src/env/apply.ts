import { byBytes } from "./byte-order.ts";

/** Environment variables of a process. */
export type Env = Readonly<Record<string, string>>;

/** Files by path relative to a directory: strings, or bytes if they are not UTF-8. */
export type EnvFileMap = Readonly<Record<string, string | Uint8Array>>;

/**
 * The files of one env directory. The keys are file names, and the values are the unmodified
 * contents.
 */
export type EnvDirectory = ReadonlyMap<string, string>;

/**
 * The effect of a file without a suffix in an env directory. In a layer, such a file overrides the
 * variable. In the operator's directory, it sets a default.
 */
export type UnsuffixedEffect = "override" | "default";

/**
 * Applies the files of one env directory in name order, as the lifecycle does
 * (lifecycle/env/env.go). A file with an unknown suffix is ignored. A file with an empty suffix
 * (`PATH.`) prepends its value, as for a path. A `.delim` file only applies to its own directory.
 * Without a `.delim` file, there is no delimiter.
 */
export function applyEnvFiles(env: Env, files: EnvDirectory, unsuffixed: UnsuffixedEffect): Env {
  const result = new Map(Object.entries(env)); // a map: variables may be called like what every object has
  for (const { name, suffix = unsuffixed, text, delimiter } of changesIn(files)) {
    const value = modified(result.get(name) ?? "", suffix, text, delimiter);
    if (value !== undefined) result.set(name, value);
  }
  return Object.fromEntries(result);
}

/**
 * Applies the env directory of a layer. The keys of `files` are paths below the layer. Files in
 * subdirectories of `directory` belong to another scope and are not applied.
 */
export const applyEnvDirectory = (env: Env, directory: string, files: EnvFileMap): Env =>
  applyEnvFiles(env, filesIn(directory, files), "override");

/** A change to a variable that a file of an env directory describes. */
export interface EnvChange {
  /** The name of the modified variable. */
  readonly name: string;
  /** The suffix of the file's name; undefined if it has none. */
  readonly suffix: string | undefined;
  readonly text: string;
  readonly delimiter: string;
}

/** Returns the changes to variables that the files of an env directory describe, in order. */
export function changesIn(files: EnvDirectory): readonly EnvChange[] {
  return [...files.keys()].sort(byBytes).flatMap((file) => {
    const [name, suffix] = splitAtDot(file);
    const change = {
      name,
      suffix,
      text: files.get(file) ?? "",
      delimiter: files.get(`${name}.delim`) ?? defaultDelimiter(suffix),
    };
    return isVariableName(name) ? [change] : [];
  });
}

const defaultDelimiter = (suffix: string | undefined) => (suffix === "" ? ":" : "");

/**
 * True if an environment can contain a variable with this name. The system splits an entry at its
 * first `=`, and ends it at NUL.
 */
export const isVariableName = (name: string): boolean => /^[^=\0]+$/.test(name);

/** Prepends a directory, or several directories joined by `:`, to a path variable. */
export function prependPath(env: Env, variable: string, directory: string): Env {
  return { ...env, [variable]: inFront(directory, ":", env[variable] ?? "") };
}

function filesIn(directory: string, files: EnvFileMap): EnvDirectory {
  const inside = Object.entries(files).filter(([path]) => path.startsWith(`${directory}/`));
  const named = inside.map(([path, contents]) => [path.slice(directory.length + 1), textOf(contents)] as const);
  return new Map(named.filter(([name]) => name !== "" && !name.includes("/")));
}

// An empty value is a value here: the lifecycle appends nothing, but with its delimiter. Modifications never write such files.
function modified(current: string, suffix: string, value: string, delimiter: string): string | undefined {
  switch (suffix) {
    case "override":
      return value;
    case "default":
      return current === "" ? value : undefined;
    case "append":
      return current === "" ? value : current + delimiter + value;
    case "prepend":
    case "":
      return inFront(value, delimiter, current);
    default:
      return undefined;
  }
}

const inFront = (value: string, delimiter: string, current: string) =>
  current === "" ? value : value + delimiter + current;

function splitAtDot(file: string): readonly [name: string, suffix?: string] {
  const dot = file.indexOf(".");
  return dot < 0 ? [file] : [file.slice(0, dot), file.slice(dot + 1)];
}

// a byte order mark is part of the value
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const textOf = (contents: string | Uint8Array) => (typeof contents === "string" ? contents : decoder.decode(contents));
