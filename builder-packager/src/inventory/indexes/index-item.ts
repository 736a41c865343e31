import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Variables } from "../template.ts";

/** A release, or a file of one, as an index describes it. */
export interface IndexItem {
  /** The version or tag as written; undefined if only the file name contains it. */
  readonly tag: string | undefined;
  /** The name of the file, for a source with `file`. */
  readonly file?: string | undefined;
  /** The URI of the file, as written. */
  readonly uri?: string | undefined;
  /** The checksum of the file, as written. */
  readonly checksum?: string | undefined;
  /** True if the publisher marks the release as a pre-release. */
  readonly isPrerelease?: boolean | undefined;
  /** Further values for templates. */
  readonly fields?: Variables | undefined;
}

/** Creates the error for an index that does not have the expected form. */
export const invalidIndex = (url: string, reason: string): CnbError =>
  new CnbError("INVENTORY_SOURCE_INVALID", `${url} is not an index of releases: ${reason}`, {
    hint: 'Open the URL, and correct "type", "name" and "url" in [[dependency-sources]] of the inventory.',
  });

/** Parses the JSON text of an index. */
export function jsonOf(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidIndex(url, "it is not JSON");
  }
}

/** Refuses an index with more items than any project has. */
export function bounded<Item>(items: readonly Item[], url: string): readonly Item[] {
  if (items.length <= limits.inventoryItems.most) return items;
  throw invalidIndex(url, `it has more than ${limits.inventoryItems.most} items`);
}

/** Returns a decoded value if it is a table, otherwise an empty table. */
export const tableOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
