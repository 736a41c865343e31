/** The command of a package manager. */
export type ManagerName = "npm" | "yarn" | "pnpm" | "bun";

/** The chosen package manager, and the source of the choice. */
export interface ManagerChoice {
  readonly name: ManagerName;
  /** A version or a range; `undefined`: any. */
  readonly version: string | undefined;
  /** The versions that write such a lockfile: of those that `version` admits they are preferred. */
  readonly lockfileVersions: string | undefined;
  /** The tool's own digest, as corepack writes it behind the version: `sha512.<hex>`. */
  readonly digest: string | undefined;
  /** The path of a Yarn program in the app, relative to the app. */
  readonly vendored: string | undefined;
  /** The source in the user's terms: `packageManager in package.json`, `pnpm-lock.yaml`. */
  readonly source: string;
  /** The lockfile that the package manager reads, in the root of the project. */
  readonly lockfile: string | undefined;
  /** Overruled sources, one sentence each. */
  readonly losers: readonly string[];
  /** Warnings for the user, one or two sentences each. */
  readonly warnings: readonly string[];
}
