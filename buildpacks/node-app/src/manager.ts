/** The command of a package manager. */
export type ManagerName = "npm" | "yarn" | "pnpm" | "bun";

/** Which package manager installs an app, and whose idea it was. */
export interface ManagerChoice {
  readonly name: ManagerName;
  /** A version or a range; `undefined`: any. */
  readonly version: string | undefined;
  /** The versions that write such a lockfile: of those that `version` admits they are preferred. */
  readonly lockfileVersions: string | undefined;
  /** The tool's own digest, as corepack writes it behind the version: `sha512.<hex>`. */
  readonly digest: string | undefined;
  /** The program of a Yarn that lies in the app, relative to the app. */
  readonly vendored: string | undefined;
  /** In the user's words: `packageManager in package.json`, `pnpm-lock.yaml`. */
  readonly source: string;
  /** The lockfile that the package manager reads, in the root of the project. */
  readonly lockfile: string | undefined;
  /** What says otherwise and is not followed, one sentence each. */
  readonly losers: readonly string[];
  /** What users should put right although the build goes on, one sentence or two each. */
  readonly warnings: readonly string[];
}
