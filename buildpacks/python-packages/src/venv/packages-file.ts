import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Package } from "../package-manager.ts";

const fileIn = (dir: string): string => join(dir, "packages.json");

/**
 * Records the packages of an environment in a file of the environment, for later builds that reuse
 * it.
 */
export const writePackages = (dir: string, packages: readonly Package[]): Promise<void> =>
  writeFile(fileIn(dir), `${JSON.stringify(packages)}\n`, { mode: 0o644 });

/** Reads the packages of an environment that this build or an earlier one created. */
export const readPackages = async (dir: string): Promise<readonly Package[]> =>
  JSON.parse(await readFile(fileIn(dir), "utf8")) as readonly Package[];

/** True if the packages of an environment are readable. A platform's cache may be truncated. */
export function hasPackages(dir: string): boolean {
  try {
    return Array.isArray(JSON.parse(readFileSync(fileIn(dir), "utf8")));
  } catch {
    return false;
  }
}
