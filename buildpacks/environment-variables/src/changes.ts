import { append, defaultTo, type Env, type EnvModification, override, prepend } from "libcnb";

/**
 * A change to an environment variable of containers, as requested by a `BPE_*` variable of the
 * build.
 */
export interface Change {
  readonly name: string;
  readonly kind: Kind;
  readonly value: string;
}

export type Kind = "append" | "default" | "override" | "prepend";

/** The prefixes of Paketo's buildpack: `BPE_<NAME>` is short for `BPE_OVERRIDE_<NAME>`. */
const pattern = /^BPE_(?:(APPEND|DEFAULT|DELIM|OVERRIDE|PREPEND)_)?(.*)$/s;

/** The order in which the lifecycle applies the modifications of a variable in one layer. */
const kinds: readonly Kind[] = ["append", "default", "override", "prepend"];

/**
 * True for the name of a build variable that configures this buildpack. Such a variable is not set
 * in containers.
 */
export const isSetting = (name: string): boolean => name.startsWith("BPE_");

/**
 * The requested changes to environment variables of containers, the delimiters by variable name,
 * and the names of invalid `BPE_*` variables.
 */
export interface Changes {
  readonly changes: readonly Change[];
  readonly delimiters: ReadonlyMap<string, string>;
  /** The names of `BPE_*` variables that request a change to a variable with an invalid name. */
  readonly invalid: readonly string[];
}

/**
 * Reads the requested changes from the build's environment. The result is sorted by name, so that
 * builds are reproducible.
 */
export function readChanges(env: Env): Changes {
  const changes: Change[] = [];
  const delimiters = new Map<string, string>();
  const invalid: string[] = [];
  for (const [setting, value = ""] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [, word = "OVERRIDE", name = ""] = pattern.exec(setting) ?? [];
    if (!isSetting(setting)) continue;
    if (!isPossible(name)) invalid.push(setting);
    else if (word === "DELIM") delimiters.set(name, value);
    else changes.push({ name, kind: word.toLowerCase() as Kind, value });
  }
  return { changes, delimiters, invalid };
}

/** True for a name that a shell can set and that the specification leaves to users. */
const isPossible = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !name.startsWith("CNB_");

/**
 * Returns the environment modifications of the layer. If no delimiter is requested for a variable,
 * the delimiter is empty, as in Paketo's buildpack.
 */
export function modificationsOf({
  changes,
  delimiters,
}: Changes): Readonly<Record<string, readonly EnvModification[]>> {
  const names = [...new Set(changes.map(({ name }) => name))];
  return Object.fromEntries(names.map((name) => [name, ofVariable(name, changes, delimiters.get(name) ?? "")]));
}

function ofVariable(name: string, changes: readonly Change[], delimiter: string): readonly EnvModification[] {
  const own = changes.filter((change) => change.name === name);
  const sorted = own.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  return sorted.map(({ kind, value }) => makers[kind](value, delimiter));
}

const makers = {
  append,
  prepend,
  default: (value: string) => defaultTo(value),
  override: (value: string) => override(value),
};

/**
 * Returns the names of delimiter variables that have no effect, because nothing is appended or
 * prepended to the variable that they name.
 */
export const uselessDelimiters = ({ changes, delimiters }: Changes): readonly string[] =>
  [...delimiters.keys()].filter(
    (name) =>
      !changes.some((change) => change.name === name && (change.kind === "append" || change.kind === "prepend")),
  );
