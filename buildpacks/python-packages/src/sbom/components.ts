import type { Component } from "libcnb";
import type { Package } from "../package-manager.ts";
import { addressOf, qualifierOf } from "./source.ts";

/** Packages as components of a bill of materials. The app itself is not among them. */
export const components = (packages: readonly Package[]): readonly Component[] =>
  described(
    packages.filter(({ role }) => role !== "app"),
    packages,
  );

/** The app itself, with the dependencies that it names; `undefined` if it is not among the packages. */
export const appComponent = (packages: readonly Package[]): Component | undefined =>
  described(
    packages.filter(({ role }) => role === "app"),
    packages,
  )[0];

function described(some: readonly Package[], all: readonly Package[]): readonly Component[] {
  const references = new Map(all.flatMap((each) => (each.role === "app" ? [] : [[each.name, referenceOf(each)]])));
  return some.map((each) =>
    componentOf(each, [...new Set(each.dependencies.flatMap((name) => references.get(name) ?? []))]),
  );
}

function componentOf(each: Package, dependencies: readonly string[]): Component {
  const { name, version, licenses = [], source, role } = each;
  const purl = purlOf(each);
  const url = source === undefined ? undefined : addressOf(source);
  const checksums = checksumsOf(each.hashes);
  return {
    type: role === "app" ? "application" : "library",
    name,
    ...(version !== "" && { version }),
    ...(purl !== undefined && { purl }),
    scope: scopes[each.scope],
    ...(licenses.length > 0 && { licenses }),
    ...(Object.keys(checksums).length > 0 && { checksums }),
    ...(url !== undefined && { downloadUrl: url }),
    dependencies,
  };
}

const scopes = { runtime: "required", optional: "optional", development: "excluded" } as const;

/** As the framework looks for it: by Package URL, else by `name@version`. */
const referenceOf = (each: Package): string => purlOf(each) ?? [each.name, each.version].filter(Boolean).join("@");

/**
 * No Package URL for the app's own packages: scanners would take them for those of strangers that happen to have their names.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/pypi-definition.md
 */
function purlOf({ name, version, role, source }: Package): string | undefined {
  if (role !== undefined) return undefined;
  const release = version === "" ? "" : `@${encodeURIComponent(version.toWellFormed())}`;
  return `pkg:pypi/${encodeURIComponent(name.toWellFormed())}${release}${qualifierOf(source)}`;
}

/** Of several digests of one algorithm nobody knows which is that of the installed file. */
export function checksumsOf(hashes: readonly string[]): NonNullable<Component["checksums"]> {
  const known = hashes.flatMap((hash) => {
    const [, algorithm = "", digest = ""] = /^([a-z0-9]+)[:=]([0-9a-f]+)$/i.exec(hash) ?? [];
    return digest.length > 0 && digest.length === hexDigits[algorithm]
      ? [[algorithm, digest.toLowerCase()] as const]
      : [];
  });
  const byAlgorithm = Map.groupBy(known, ([algorithm]) => algorithm);
  return Object.fromEntries([...byAlgorithm.values()].flatMap((same) => (same.length === 1 ? same : [])));
}

const hexDigits: Readonly<Record<string, number>> = { md5: 32, sha1: 40, sha256: 64, sha384: 96, sha512: 128 };
