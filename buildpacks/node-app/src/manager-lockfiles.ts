import type { ManagerName } from "./manager.ts";
import type { lockfileNames } from "./project-dirs.ts";

type LockfileName = (typeof lockfileNames)[number];

/**
 * The package manager of each lockfile. If an app has two lockfiles of one tool, the tool reads the
 * first one in this list.
 */
const owners: Readonly<Record<LockfileName, ManagerName>> = {
  "npm-shrinkwrap.json": "npm",
  "package-lock.json": "npm",
  "yarn.lock": "yarn",
  "pnpm-lock.yaml": "pnpm",
  "bun.lock": "bun",
  "bun.lockb": "bun",
};

/** A lockfile in the root directory of a project, and the package manager that writes it. */
export interface Lockfile {
  readonly name: LockfileName;
  readonly owner: ManagerName;
}

/** Selects the lockfiles among file names. */
export const lockfilesIn = (files: readonly string[]): readonly Lockfile[] =>
  (Object.keys(owners) as LockfileName[]).flatMap((name) =>
    files.includes(name) ? [{ name, owner: owners[name] }] : [],
  );

/**
 * Returns the range of package manager versions that write a lockfile in the format of this text;
 * `undefined` if all versions do, or if the range is unknown.
 */
export function lockfileVersions(name: string, text: string): string | undefined {
  if (name === "pnpm-lock.yaml") return pnpmLines[format(text, /^lockfileVersion:\s*["']?(\d+(?:\.\d+)?)/m)];
  if (name !== "yarn.lock") return undefined;
  if (/^# yarn lockfile v1\s*$/m.test(text)) return "1";
  // in two steps: one expression for both takes exponential time for some texts
  const metadata = format(text, /^__metadata:[ \t\r]*\n((?:[ \t][^\n]*\n?)*)/m);
  return berryVersions(format(metadata, /^[ \t]+version:\s*["']?(\d+)/m));
}

/** Yarn refuses to install exactly the versions in a lockfile of an older format. */
function berryVersions(written: string): string | undefined {
  if (written === "") return undefined;
  const line = berryLines.find(([newest]) => Number(written) <= newest);
  return line?.[1] ?? ">=4.16";
}

const berryLines: readonly (readonly [format: number, versions: string])[] = [
  [4, ">=2 <3.1"],
  [5, ">=3.1 <3.2"],
  [6, ">=3.2 <4"],
  [8, ">=4 <4.14"],
  [9, ">=4.14 <4.16"],
];

const format = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? "";

// 9.0 has been the format since pnpm 9: the line is meant that runs on all supported releases of Node.js
const pnpmLines: Readonly<Record<string, string>> = {
  "5.3": "6",
  "5.4": "7",
  "6.0": "8",
  "6.1": "8",
  "9.0": "10",
};
