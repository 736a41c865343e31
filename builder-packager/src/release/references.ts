import { parseToml } from "libcnb/spec";
import { withCode } from "../config/problems.ts";
import { childPath } from "../config/toml-keys.ts";
import { isTable } from "../schema.ts";

/** The old and the new version of a buildpack. */
export interface VersionChange {
  readonly from: string;
  readonly to: string;
}

/** The version changes, by the ID of the buildpack. */
export type VersionChanges = ReadonlyMap<string, VersionChange>;

/** A string in a TOML file that contains the version of a buildpack. */
export interface VersionReference {
  /** The path of the key, such as `order[0].group[1].version`. */
  readonly path: string;
  readonly id: string;
  /** The text as it is, and with the new version. They are equal if the reference has another version. */
  readonly from: string;
  readonly to: string;
}

/**
 * Finds the versions of buildpacks in a buildpack.toml, package.toml or builder.toml. A version is
 * in a table with `id` and `version`, or in a `uri` or `image` that ends with `ID@VERSION` or
 * `ID:VERSION`. The table `metadata` is not searched, because its content belongs to the author.
 *
 * @throws CnbError BUILDPACK_INVALID
 * @example `versionReferences('[buildpack]\nid = "a/b"\nversion = "1.0.0"', "buildpack.toml", new
 * Map([["a/b", change]]))`
 */
export function versionReferences(text: string, file: string, changes: VersionChanges): readonly VersionReference[] {
  const { metadata: _, ...tables } = withCode("BUILDPACK_INVALID", () => parseToml(text, file));
  return referencesIn(tables, "", changes);
}

function referencesIn(value: unknown, path: string, changes: VersionChanges): readonly VersionReference[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => referencesIn(item, `${path}[${index}]`, changes));
  if (!isTable(value)) return [];
  const below = Object.entries(value).flatMap(([key, item]) => referencesIn(item, childPath(path, key), changes));
  const uris = ["uri", "image"].flatMap((key) => inLocation(value[key], childPath(path, key), changes));
  return [...inTable(value, path, changes), ...uris, ...below];
}

function inTable(
  { id, version }: Readonly<Record<string, unknown>>,
  path: string,
  changes: VersionChanges,
): readonly VersionReference[] {
  const change = typeof id === "string" ? changes.get(id) : undefined;
  if (typeof id !== "string" || typeof version !== "string" || change === undefined) return [];
  const to = version === change.from ? change.to : version;
  return [{ path: childPath(path, "version"), id, from: version, to }];
}

function inLocation(value: unknown, path: string, changes: VersionChanges): readonly VersionReference[] {
  if (typeof value !== "string") return [];
  return [...changes].flatMap(([id, change]) => {
    const version = versionIn(value, id);
    if (version === undefined) return [];
    const to = version === change.from ? value.slice(0, -version.length) + change.to : value;
    return [{ path, id, from: value, to }];
  });
}

/** The version at the end of a location of a buildpack: `…/ID:VERSION` or `…ID@VERSION`. */
function versionIn(location: string, id: string): string | undefined {
  const at = Math.max(location.lastIndexOf("@"), location.lastIndexOf(":"));
  const [before, version] = [location.slice(0, at), location.slice(at + 1)];
  const isOf = before === id || /[/:]$/.test(before.slice(0, -id.length)) ? before.endsWith(id) : false;
  return at > 0 && isOf && /^\d+\.\d+\.\d+/.test(version) ? version : undefined;
}
