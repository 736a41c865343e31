/** The facts about an app's `node_modules` directories. */
export interface Brought {
  /** True if any of them has a package. */
  readonly hasPackages: boolean;
  /**
   * The file that excludes them from git, such as `.gitignore`: they are then leftovers of a
   * developer's machine.
   */
  readonly ignoredBy: string | undefined;
  /** The packages of the lockfile or package.json that they lack, in words. */
  readonly lack: string | undefined;
  /** The name of the lockfile, if any. */
  readonly lockfile: string | undefined;
  /** The reason why this package manager does not support such directories; `undefined` if it does. */
  readonly refused: string | undefined;
}

/** The decision to use them in place of an installation, with the reason in words. */
export interface Verdict {
  readonly isUsed: boolean;
  readonly why: string;
}

/** Decides whether committed dependencies are used. `setting` is BP_NODE_VENDORED; `undefined`: not set. */
export function judge(setting: boolean | undefined, brought: Brought): Verdict {
  if (setting === false) return leftOut("BP_NODE_VENDORED is false");
  if (setting === true) return { isUsed: true, why: "BP_NODE_VENDORED is true" };
  if (!brought.hasPackages) return leftOut("it has no packages");
  if (brought.ignoredBy !== undefined) return leftOut(`${brought.ignoredBy} names it, so that it is not committed`);
  const reason = brought.refused ?? brought.lack;
  if (reason !== undefined) return leftOut(reason);
  return { isUsed: true, why: `it has all packages of ${brought.lockfile ?? "package.json"}` };
}

const leftOut = (why: string): Verdict => ({ isUsed: false, why });
