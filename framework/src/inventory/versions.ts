/** How versions are written and compared: as npm, Go and most others do, or as Python does (which also reads Java's four numbers). */
export type VersionScheme = "semver" | "pep440";

/** The versions of a scheme. */
export interface Versions {
  isVersion(text: string): boolean;
  /** Below 0 if `a` is older. */
  compare(a: string, b: string): number;
  /** Which versions a range admits, pre-releases only if they are wanted or the range names one; undefined if the text is no range. */
  range(text: string, prereleases: boolean): ((version: string) => boolean) | undefined;
}

/** Loaded late: a detect that resolves nothing does not pay for it. */
export async function versionsOf(scheme: VersionScheme): Promise<Versions> {
  if (scheme === "semver") return (await import("./semver-versions.ts")).semverVersions;
  return (await import("./pep440-versions.ts")).pep440Versions;
}
