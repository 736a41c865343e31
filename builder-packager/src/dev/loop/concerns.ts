/** The kind of a watched directory. */
export type SourceKind = "app" | "buildpack" | "other";

/** A directory whose changes cause work. */
export interface Source {
  readonly kind: SourceKind;
  /** The absolute path. */
  readonly dir: string;
}

/** Paths that have changed in a source. */
export interface SourceChange {
  readonly source: Source;
  /** The paths, relative to the source's directory. */
  readonly paths: readonly string[];
}

/** The work that changes require. */
export interface Work {
  /** True if the image has to be built again. */
  readonly builds: boolean;
  /** True if the set of watched directories may have changed, because a file lists buildpacks. */
  readonly relocates: boolean;
  /** True if the code of a buildpack has changed, so that the log of its build is of interest. */
  readonly showsLog: boolean;
  /** The changed files of buildpacks, by the directory of the buildpack. Their tests have to run. */
  readonly tested: readonly SourceChange[];
}

/** Matches the tests of a buildpack. The image does not depend on them. */
const testFile =
  /(^|\/)(__tests__|__snapshots__|tests?)\/|\.(test|spec)\.[cm]?[jt]sx?$|(^|\/)vitest\.config\.[cm]?[jt]s$/;

/** Matches files that list buildpacks: project.toml of an app, and package.toml of a composite. */
const listing = /^(project|package)\.toml$/;

/**
 * Decides which work changes require. A change of an app requires a build. A change of a buildpack
 * requires its tests, and also a build unless only tests have changed.
 */
export function workFor(changes: readonly SourceChange[]): Work {
  const tested = changes.filter(({ source }) => source.kind === "buildpack");
  return {
    builds: changes.some(
      ({ source, paths }) => source.kind !== "buildpack" || !paths.every((each) => testFile.test(each)),
    ),
    relocates: changes.some(({ source, paths }) => source.kind !== "other" && paths.some((each) => listing.test(each))),
    showsLog: changes.some(({ source }) => source.kind !== "app"),
    tested,
  };
}

/** Combines two lists of changes, with one entry for each source. */
export function mergedChanges(some: readonly SourceChange[], others: readonly SourceChange[]): readonly SourceChange[] {
  const bySource = Map.groupBy([...some, ...others], ({ source }) => source.dir);
  return [...bySource.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    const paths = [...new Set([first, ...rest].flatMap((each) => each.paths))];
    return [{ source: first.source, paths }];
  });
}
