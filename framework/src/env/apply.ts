/** Environment variables of a process. */
export type Env = Readonly<Record<string, string>>;

/** Files by path relative to a directory: texts, or bytes where they are not UTF-8. */
export type EnvFileMap = Readonly<Record<string, string | Uint8Array>>;

/**
 * Applies the files of one env directory in the order of their names, as the lifecycle does (lifecycle/env/env.go). No suffix is `override`, an
 * unknown one is ignored; a `.delim` counts in its own directory only, without one there is no delimiter.
 *
 * @param files by path below the layer; what lies deeper than `directory` is of another scope
 */
export function applyEnvDirectory(env: Env, directory: string, files: EnvFileMap): Env {
  const result: Record<string, string> = { ...env };
  const own = filesIn(directory, files);
  for (const file of [...own.keys()].sort()) {
    const [name, suffix] = splitAtDot(file);
    // an environment cannot hold an empty name or one with "=": the system would read another variable
    if (!/^[^=\0]+$/.test(name)) continue;
    const value = modified(result[name] ?? "", suffix, own.get(file) ?? "", own.get(`${name}.delim`));
    if (value !== undefined) result[name] = value;
  }
  return result;
}

/** Puts a directory, or several joined by `:`, in front of a path variable. */
export function prependPath(env: Env, variable: string, directory: string): Env {
  return { ...env, [variable]: inFront(directory, ":", env[variable] ?? "") };
}

function filesIn(directory: string, files: EnvFileMap): ReadonlyMap<string, string> {
  const inside = Object.entries(files).filter(([path]) => path.startsWith(`${directory}/`));
  const named = inside.map(([path, contents]) => [path.slice(directory.length + 1), textOf(contents)] as const);
  return new Map(named.filter(([name]) => name !== "" && !name.includes("/")));
}

// An empty value is a value here: the lifecycle appends nothing, but with its delimiter. Modifications never write such files.
function modified(current: string, suffix: string | undefined, value: string, delimiter = ""): string | undefined {
  switch (suffix) {
    case undefined:
    case "override":
      return value;
    case "default":
      return current === "" ? value : undefined;
    case "append":
      return current === "" ? value : current + delimiter + value;
    case "prepend":
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

const textOf = (contents: string | Uint8Array) =>
  typeof contents === "string" ? contents : new TextDecoder().decode(contents);
