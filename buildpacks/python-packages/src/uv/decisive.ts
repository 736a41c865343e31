import { isTable } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";
import { jsonText } from "../project/json-text.ts";

/**
 * The parts of a `uv.lock` that affect an installation, as text: without sources of files and
 * publication times.
 */
export const decisiveLock = (table: Table): string =>
  jsonText(table, (key, value) => (irrelevant.has(key) ? undefined : withoutOwnVersion(value)));

const irrelevant: ReadonlySet<string> = new Set(["url", "registry", "upload-time", "size", "revision"]);

/** A project that is not installed itself may have any version. */
function withoutOwnVersion(value: unknown): unknown {
  const source = isTable(value) ? value["source"] : undefined;
  if (!isTable(value) || !isTable(source) || source["virtual"] === undefined) return value;
  const { version: _, ...rest } = value;
  return rest;
}
