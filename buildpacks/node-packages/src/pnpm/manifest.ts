import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tableOf, textOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";

/** Reads the package.json of an installed package; empty if it is missing or unreadable. */
export function manifestIn(dir: string): s.Table {
  try {
    return tableOf(JSON.parse(readFileSync(join(dir, "package.json"), "utf8")));
  } catch {
    return {};
  }
}

export const versionIn = (dir: string): string | undefined => textOf(manifestIn(dir).version);
