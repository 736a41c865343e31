/** The name of a package manager, which is also its command. */
export type ManagerName = "npm" | "yarn" | "pnpm" | "bun";

/** The chosen package manager, and the source of the choice. */
export interface ManagerChoice {
  readonly name: ManagerName;
  /** The requested version or range; `undefined` for any version. */
  readonly version: string | undefined;
  /**
   * The range of versions that write the lockfile's format. Of the versions that `version` allows,
   * those in this range are preferred.
   */
  readonly lockfileVersions: string | undefined;
  /** The digest of the tool, as corepack writes it after the version: `sha512.<hex>`. */
  readonly digest: string | undefined;
  /** The path of a Yarn program in the app, relative to the app. */
  readonly vendored: string | undefined;
  /** The source, in words for the user: `packageManager in package.json`, `pnpm-lock.yaml`. */
  readonly source: string;
  /** The lockfile that the package manager reads, in the project's root directory. */
  readonly lockfile: string | undefined;
  /** Messages about overruled sources, one sentence each. */
  readonly losers: readonly string[];
  /** Warnings for the user, one or two sentences each. */
  readonly warnings: readonly string[];
}
