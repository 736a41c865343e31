/**
 * The syntax and order of versions: those of npm, Go and most others, or those of Python (which
 * also parses Java's four numbers).
 */
export type VersionScheme = "semver" | "pep440";

/** The operations of a version scheme. */
export interface Versions {
  isVersion(text: string): boolean;
  /**
   * The number of components that identify a release line: one for Node.js (`22`), two for Python
   * (`3.14`).
   */
  readonly lineLength: 1 | 2;
  /** Negative if `a` is older. */
  compare(a: string, b: string): number;
  /**
   * Compiles a range to a predicate that admits pre-releases only if requested or named in the
   * range; undefined for an invalid range.
   */
  range(text: string, prereleases: boolean): ((version: string) => boolean) | undefined;
}

/** The maximal length of a range; longer texts in an app's files are not ranges. */
export const longestRange = 1000;

/**
 * Compiles a version range to a predicate, for versions outside of an inventory; undefined for an
 * invalid range. Pre-releases match only if the range names one.
 *
 * @param scheme default: `"semver"`
 * @example `const isAdmitted = await versionRange(">=20 <23"); log.info(isAdmitted?.("22.1.0") ? "fits" : "does not fit")`
 */
export async function versionRange(
  range: string,
  scheme: VersionScheme = "semver",
): Promise<((version: string) => boolean) | undefined> {
  return range.length > longestRange ? undefined : (await versionsOf(scheme)).range(range, false);
}

/** Loads a version scheme on demand: a detect that resolves nothing does not pay for it. */
export async function versionsOf(scheme: VersionScheme): Promise<Versions> {
  if (scheme === "semver") return (await import("./semver-versions.ts")).semverVersions;
  return (await import("./pep440-versions.ts")).pep440Versions;
}
