/** How versions are written and compared: as npm, Go and most others do, or as Python does (which also reads Java's four numbers). */
export type VersionScheme = "semver" | "pep440";

/** The versions of a scheme. */
export interface Versions {
  isVersion(text: string): boolean;
  /** How many numbers of a version name its line, within which releases only mend faults: `22` of Node.js, `3.14` of Python. */
  readonly lineLength: 1 | 2;
  /** Below 0 if `a` is older. */
  compare(a: string, b: string): number;
  /** Which versions a range admits, pre-releases only if they are wanted or the range names one; undefined if the text is no range. */
  range(text: string, prereleases: boolean): ((version: string) => boolean) | undefined;
}

/** Longer than any range that people write: what else a file of the application has there. */
export const longestRange = 1000;

/**
 * Which versions a range admits, for versions that no inventory has; undefined if the text is no range. Pre-releases only if the range names one.
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

/** Loaded late: a detect that resolves nothing does not pay for it. */
export async function versionsOf(scheme: VersionScheme): Promise<Versions> {
  if (scheme === "semver") return (await import("./semver-versions.ts")).semverVersions;
  return (await import("./pep440-versions.ts")).pep440Versions;
}
