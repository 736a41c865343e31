import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { s } from "libcnb";

/** The content of a `pdm.lock`. */
export interface PdmLock {
  /** The version of the format: `4.5.1`. */
  readonly version: string;
  /**
   * The names of groups and extras with locked packages. `default` stands for the main
   * dependencies.
   */
  readonly groups: readonly string[];
  readonly packages: readonly PdmPackage[];
}

/** A package, or the additional dependencies of one of its extras. */
export interface PdmPackage {
  /** The normalized name. */
  readonly name: string;
  readonly version: string | undefined;
  /** The groups to which the package belongs; empty in older lockfiles. */
  readonly groups: readonly string[];
  readonly marker: string | undefined;
  /** The dependencies in PEP 508 notation. */
  readonly dependencies: readonly string[];
  readonly files: readonly { readonly name: string | undefined; readonly hash: string }[];
  /** A directory relative to the project whose code is used in place. */
  readonly editable: string | undefined;
  /** A directory or archive that is copied, relative to the project. */
  readonly path: string | undefined;
  /** The URL of a package that is not from an index, without credentials. */
  readonly source: string | undefined;
}

/** Parses the tables of a `pdm.lock`. Invalid parts are omitted. */
export function lockOf(table: s.Table): PdmLock {
  const metadata = tableOf(table["metadata"]);
  return {
    version: stringOf(metadata["lock_version"]) ?? "",
    groups: textsOf(metadata["groups"]),
    packages: (Array.isArray(table["package"]) ? table["package"] : []).filter(isTable).map(packageOf),
  };
}

function packageOf(table: s.Table): PdmPackage {
  const path = stringOf(table["path"]);
  const isEditable = table["editable"] === true;
  return {
    name: normalizedName(stringOf(table["name"]) ?? ""),
    version: stringOf(table["version"]),
    groups: textsOf(table["groups"]),
    marker: stringOf(table["marker"]),
    dependencies: textsOf(table["dependencies"]),
    files: (Array.isArray(table["files"]) ? table["files"] : []).filter(isTable).flatMap(fileOf),
    editable: isEditable ? path : undefined,
    path: isEditable ? undefined : path,
    source: sourceOf(table),
  };
}

function fileOf(table: s.Table): PdmPackage["files"] {
  const [hash, path] = [stringOf(table["hash"]), stringOf(table["file"]) ?? stringOf(table["url"])];
  return hash === undefined ? [] : [{ name: path?.replace(/[?#].*$/s, "").replace(/^.*\//s, ""), hash }];
}

function sourceOf(table: s.Table): string | undefined {
  const [git, url, path] = ["git", "url", "path"].map((key) => stringOf(table[key]));
  const revision = stringOf(table["revision"]);
  const address =
    (git === undefined ? (url ?? path) : `git+${git}${revision === undefined ? "" : `@${revision}`}`) ?? "";
  return address.replace(/^([a-z+]+:\/\/)(?=[^/]*\/)[^/?#]*@/i, "$1") || undefined;
}
