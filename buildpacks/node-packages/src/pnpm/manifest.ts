import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tableOf, textOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";

/** The package.json of an installed package; empty if it has none that can be read. */
export function manifestIn(dir: string): Table {
  try {
    return tableOf(JSON.parse(readFileSync(join(dir, "package.json"), "utf8")));
  } catch {
    return {};
  }
}

export const versionIn = (dir: string): string | undefined => textOf(manifestIn(dir).version);
