import { basename } from "node:path";
import type { MavenCoordinates } from "../coordinates.ts";
import type { PomProperties } from "../jars/pom-properties.ts";
import type { Manifest } from "../manifest.ts";
import { knownGroup } from "./known-groups.ts";

/** The facts that identify a jar. */
export interface JarFacts {
  /** The path or name of the jar. */
  readonly file: string;
  readonly manifest: Manifest | undefined;
  readonly pomProperties: readonly PomProperties[];
}

// what file systems allow; in a jar it may be much longer
const longestName = 255;

/** Determines the Maven coordinates of a jar. `group` is empty if the group is unknown. */
export function identityOf({ file, manifest, pomProperties }: JarFacts): MavenCoordinates {
  const stem = basename(file).replace(/\.\w+$/, "");
  const own = ownProperties(stem, pomProperties);
  if (own !== undefined) return { group: own.group, name: own.artifact, version: own.version };
  const { name, version } = splitName(stem.replaceAll(":", "_").slice(0, longestName)); // "pkg:…" would be taken for a Package URL
  const said = versionIn(manifest);
  return { group: groupOf(name, manifest), name, version: version ?? said ?? "" };
}

/**
 * Selects Maven's metadata of the jar itself, not of a shaded library. The file name without suffix
 * decides. The first of these matches is used:
 *
 * 1. metadata whose artifact is equal to the file name, or whose artifact and version begin the
 * file name
 * 2. the only metadata in the jar
 * 3. metadata whose artifact, followed by a hyphen, begins the file name
 *
 * Returns `undefined` if there is no match.
 */
export function ownProperties(stem: string, all: readonly PomProperties[]): PomProperties | undefined {
  const named = all.filter(({ artifact, version }) => stem === artifact || stem.startsWith(`${artifact}-${version}`));
  return (
    named[0] ?? (all.length === 1 ? all[0] : undefined) ?? all.find(({ artifact }) => stem.startsWith(`${artifact}-`))
  );
}

/** `spring-core-6.2.7` is spring-core of 6.2.7: a version begins with a digit behind a hyphen. */
function splitName(stem: string): { readonly name: string; readonly version: string | undefined } {
  const [, name = stem, version] = /^(.+?)-v?(\d[\w.+-]*)$/.exec(stem) ?? [];
  return { name, version };
}

const versionIn = (manifest: Manifest | undefined): string | undefined =>
  ["Implementation-Version", "Bundle-Version", "Specification-Version"]
    .map((name) => manifest?.get(name)?.trim())
    .find((version) => version !== undefined && /^\d[\w.+-]{0,100}$/.test(version));

function groupOf(name: string, manifest: Manifest | undefined): string {
  const symbolic = manifest?.get("Bundle-SymbolicName")?.split(";")[0]?.trim() ?? "";
  // org.slf4j of org.slf4j.slf4j-api
  const prefix = symbolic.endsWith(`.${name}`) ? symbolic.slice(0, -name.length - 1) : "";
  const vendor = manifest?.get("Implementation-Vendor-Id")?.trim() ?? "";
  return knownGroup(name) ?? [prefix, vendor].find((group) => /^[a-z][\w-]*(?:\.[\w-]+)+$/.test(group)) ?? "";
}
