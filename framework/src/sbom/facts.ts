import type { ChecksumAlgorithm, Component, ComponentScope, ComponentType } from "./component-model.ts";
import { cpesOf } from "./cpe.ts";
import { type License, licenseOf } from "./license.ts";
import { formatPurl, parsePurl } from "./purl.ts";

/** The facts about a component that SBOM documents of all formats contain. */
export interface Facts {
  readonly type: ComponentType;
  readonly name: string;
  readonly group: string | undefined;
  readonly version: string | undefined;
  /** The canonical Package URL. */
  readonly purl: string | undefined;
  readonly cpes: readonly string[];
  readonly description: string | undefined;
  readonly supplier: string | undefined;
  readonly licenses: readonly License[];
  readonly checksums: readonly (readonly [ChecksumAlgorithm, string])[];
  readonly downloadUrl: string | undefined;
  /** The scope; omitted if it is `required`, which is the default in all formats. */
  readonly scope: Exclude<ComponentScope, "required"> | undefined;
}

/** Extracts the facts about a component in a form that is common to all SBOM formats. */
export function factsOf(component: Component): Facts {
  const given = wellFormed(component);
  const { name, group, version, description, supplier, downloadUrl, scope } = given;
  return {
    type: given.type ?? "library",
    name,
    group: group || undefined,
    version: version || undefined,
    purl: given.purl && canonical(given.purl),
    cpes: cpesOf(given),
    description: description || undefined,
    supplier: supplier || undefined,
    licenses: licensesOf(given.licenses ?? []),
    checksums: checksumsOf(given.checksums ?? {}),
    downloadUrl: downloadUrl && withoutCredentials(downloadUrl),
    scope: scope === "required" ? undefined : scope,
  };
}

/** Returns the canonical form of a Package URL. */
export function canonical(purl: string): string {
  const parsed = parsePurl(purl);
  return parsed === undefined ? purl : formatPurl(parsed);
}

function licensesOf(texts: readonly string[]): readonly License[] {
  const licenses = texts.map(licenseOf).filter((license) => license !== undefined);
  const unique = new Map(licenses.map((license) => [JSON.stringify(license), license]));
  return [...unique].sort(([a], [b]) => inOrder(a, b)).map(([, license]) => license);
}

const checksumsOf = (checksums: NonNullable<Component["checksums"]>): Facts["checksums"] =>
  Object.entries(checksums)
    .map(([algorithm, checksum]) => [algorithm as ChecksumAlgorithm, checksum.toLowerCase()] as const)
    .sort(([a], [b]) => inOrder(a, b));

function withoutCredentials(address: string): string {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  return url.href;
}

/** Returns the name of a component with its group: `group/name`. */
export const fullName = ({ group, name }: Pick<Facts, "group" | "name">): string =>
  group === undefined ? name : `${group}/${name}`;

/**
 * Compares strings by UTF-16 code units, because the order of a locale differs between machines.
 */
export function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

// JavaScript allows half a surrogate pair in a string. UTF-8 and the schemas do not.
function wellFormed(component: Component): Component {
  return JSON.parse(
    JSON.stringify(component, (_, value) => (typeof value === "string" ? value.toWellFormed() : value)),
  );
}
