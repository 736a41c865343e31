import type { Versions } from "./scheme.ts";

/**
 * The syntax and order of versions. `semver` is the scheme of npm, Go and most other tools.
 * `pep440` is the scheme of Python, and also supports versions of four numbers, as Java has.
 */
export type VersionScheme = "semver" | "pep440";

/** The maximum length of a version range. A longer text in an app's files is not a range. */
export const longestRange = 1000;

/**
 * Compiles a version range to a predicate, for versions outside of an inventory. The result is
 * undefined for an invalid range. A pre-release only matches if the range itself names a
 * pre-release.
 *
 * @param scheme default: `"semver"`
 * @example
 * `const isAdmitted = await versionRange(">=20 <23"); log.info(isAdmitted?.("22.1.0") ? "fits" : "does not fit")`
 */
export async function versionRange(
  range: string,
  scheme: VersionScheme = "semver",
): Promise<((version: string) => boolean) | undefined> {
  return range.length > longestRange ? undefined : (await versionsOf(scheme)).range(range, false);
}

/**
 * Loads a version scheme on demand, because a detect that does not resolve a version does not need
 * it.
 */
export async function versionsOf(scheme: VersionScheme): Promise<Versions> {
  if (scheme === "semver") return (await import("./semver-versions.ts")).semverVersions;
  return (await import("./pep440-versions.ts")).pep440Versions;
}
