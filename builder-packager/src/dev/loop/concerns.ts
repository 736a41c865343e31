/** The kind of a watched directory. */
export type SourceKind = "app" | "buildpack" | "other";

/** A watched directory of `cnb dev`, whose changes require a build or tests. */
export interface Source {
  readonly kind: SourceKind;
  /** The absolute path. */
  readonly dir: string;
}

/** The paths that have changed in a watched directory. */
export interface SourceChange {
  readonly source: Source;
  /** The paths, relative to the source's directory. */
  readonly paths: readonly string[];
}

/** The work that changes require: builds and tests. */
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
 * requires the buildpack's tests. Unless only tests have changed, it also requires a build.
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

/** Combines two lists of changes. The result has one entry for each watched directory. */
export function mergedChanges(some: readonly SourceChange[], others: readonly SourceChange[]): readonly SourceChange[] {
  const bySource = Map.groupBy([...some, ...others], ({ source }) => source.dir);
  return [...bySource.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    const paths = [...new Set([first, ...rest].flatMap((each) => each.paths))];
    return [{ source: first.source, paths }];
  });
}
