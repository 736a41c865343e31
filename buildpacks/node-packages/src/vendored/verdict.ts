/** What is known of the `node_modules` folders that an app brings. */
export interface Brought {
  /** True if any of them has a package. */
  readonly hasPackages: boolean;
  /** The file that keeps them out of git, such as `.gitignore`: then they are what a developer's machine has left. */
  readonly ignoredBy: string | undefined;
  /** What they lack of the lockfile or of package.json, in words. */
  readonly lack: string | undefined;
  /** Name of the lockfile, if there is one. */
  readonly lockfile: string | undefined;
  /** Why this package manager takes no such folder; `undefined` if it does. */
  readonly refused: string | undefined;
}

/** Whether they are used in place of an installation, and why, in words. */
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
  const objection = brought.refused ?? brought.lack;
  if (objection !== undefined) return leftOut(objection);
  return { isUsed: true, why: `it has all packages of ${brought.lockfile ?? "package.json"}` };
}

const leftOut = (why: string): Verdict => ({ isUsed: false, why });
