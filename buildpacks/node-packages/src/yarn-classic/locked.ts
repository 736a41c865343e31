import { defined } from "@libcnb/app-kit/defined";
import { tableOf } from "@libcnb/app-kit/tables";
import { parseLockfile, patternsOf, textAt } from "../yarn/lockfile-text.ts";

/** A package in the yarn.lock of Yarn 1. */
export interface LockedPackage {
  readonly integrity?: string;
  /** The URL of a package that is not from a registry, without user name and password. */
  readonly source?: string;
}

/** Returns the packages of a lockfile by `name@version`. */
export function lockedPackages(lockfile: string): ReadonlyMap<string, LockedPackage> {
  const entries = Object.entries(parseLockfile(lockfile)).flatMap(([key, entry]) => {
    const [pattern] = patternsOf(key);
    if (typeof entry === "string" || pattern === undefined) return [];
    const { name, range } = parts(pattern);
    const integrity = textAt(entry, "integrity") ?? sha1Of(textAt(entry, "resolved") ?? "");
    const source = isFromRegistry(range) ? undefined : sourceOf(textAt(entry, "resolved") ?? "");
    const locked = defined({ integrity, source });
    return [[`${name}@${textAt(entry, "version")}`, locked] as const];
  });
  return new Map(entries);
}

/** Returns the dependency patterns that the lockfile resolves, such as `ms@^2.0.0`. */
export const lockedPatterns = (lockfile: string): ReadonlySet<string> =>
  new Set(Object.keys(parseLockfile(lockfile)).flatMap((key) => [key, ...patternsOf(key)]));

/**
 * Returns the names of all optional dependencies in a lockfile. Yarn 1 does not install an optional
 * dependency that does not support the machine.
 */
export const optionalNames = (lockfile: string): ReadonlySet<string> =>
  new Set(
    Object.values(parseLockfile(lockfile)).flatMap((entry) =>
      typeof entry === "string" ? [] : Object.keys(tableOf(entry.optionalDependencies)),
    ),
  );

/** Splits `@scope/name@range`. For an alias, `a@npm:b@^1`, the result is the real package. */
function parts(pattern: string): { readonly name: string; readonly range: string } {
  const at = pattern.indexOf("@", 1);
  const [name, range] = at === -1 ? [pattern, ""] : [pattern.slice(0, at), pattern.slice(at + 1)];
  return range.startsWith("npm:") ? parts(range.slice("npm:".length)) : { name, range };
}

/**
 * True if the range refers to a registry, unlike `git+ssh://…`, `https://…`, `github:a/b`, `a/b`
 * and `./folder`.
 */
const isFromRegistry = (range: string): boolean => !/[:/]/.test(range);

/** The fragment of the address, where the lockfile is of a time before `integrity`. */
function sha1Of(resolved: string): string | undefined {
  const [, hex] = /\.tgz#([0-9a-f]{40})$/.exec(resolved) ?? [];
  return hex && `sha1-${Buffer.from(hex, "hex").toString("base64")}`;
}

const sourceOf = (resolved: string): string | undefined =>
  /^[a-z+]+:\/\//.test(resolved) ? resolved.replace(/^([a-z+]+:\/\/)[^/@]*@/, "$1") : undefined;
