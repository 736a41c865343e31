import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tableOf, textOf, textsOf } from "@libcnb/app-kit/tables";
import { parseYaml } from "../yaml.ts";
import type { HoistPatterns } from "./hoist.ts";

/** The state of an installation that pnpm records for its next run (`.modules.yaml`). */
export interface Notes {
  /**
   * True if `node_modules` contains links to packages in a virtual store; otherwise, it has npm's
   * layout.
   */
  readonly isIsolated: boolean;
  readonly hoistPatterns: HoistPatterns;
  /** The major version of the pnpm that created the installation. */
  readonly major: number;
  /** Packages whose install scripts were not allowed to run: `esbuild@0.25.0`. */
  readonly ignoredBuilds: readonly string[];
}

const modulesFile = ".modules.yaml";
const stateFile = /^\.pnpm-workspace-state.*\.json$/;
const recordFile = ".pnpm/lock.yaml";

/** Reads the state that pnpm recorded in a `node_modules` directory. */
export async function readNotes(modules: string): Promise<Notes> {
  const notes = tableOf(await parseYaml(textIn(modules, modulesFile), modulesFile));
  return {
    isIsolated: textOf(notes.nodeLinker) !== "hoisted",
    hoistPatterns: { hidden: textsOf(notes.hoistPattern), public: textsOf(notes.publicHoistPattern) },
    major: Number(/pnpm@(\d+)/.exec(textOf(notes.packageManager) ?? "")?.[1] ?? Number.NaN),
    ignoredBuilds: textsOf(notes.ignoredBuilds),
  };
}

/**
 * Reads pnpm's record of the packages in a `node_modules` directory. The record is empty if pnpm
 * installed no packages.
 */
export const readRecord = (modules: string): string => textIn(modules, recordFile);

/** Removes parts of pnpm's state that differ between runs: the time, and the store's path. */
export function normalizeNotes(modules: string): void {
  rewrite(modules, (text) =>
    text.replace(/(prunedAt"?: "?)[^"\n]*/, `$1${longAgo}`).replace(/(storeDir"?: "?)[^"\n]*(?=\/store\/v\d+)/, "$1."),
  );
  removeState(modules);
}

/**
 * Adds the path of this build's store to pnpm's state. With a different store, pnpm would install
 * everything again.
 */
export const storeNote = (modules: string, cacheDir: string): void =>
  rewrite(modules, (text) =>
    text.replace(/(storeDir"?: "?)\.(?=\/store\/v\d+)/, (_, before) => `${before}${cacheDir}`),
  );

function rewrite(modules: string, change: (text: string) => string): void {
  const text = textIn(modules, modulesFile);
  if (text !== "") writeFileSync(join(modules, modulesFile), change(text));
}

const longAgo = "Thu, 01 Jan 1970 00:00:00 GMT";

/** Removes pnpm's state and its record of packages, which list packages that no longer exist. */
export function removeNotes(modules: string): void {
  removeState(modules);
  for (const name of [modulesFile, recordFile]) rmSync(join(modules, name), { force: true });
}

/** pnpm compares it with the times of files, to install again before it runs a script. */
function removeState(modules: string): void {
  for (const name of namesIn(modules)) if (stateFile.test(name)) rmSync(join(modules, name));
}

function textIn(dir: string, name: string): string {
  try {
    return readFileSync(join(dir, name), "utf8");
  } catch {
    return "";
  }
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
