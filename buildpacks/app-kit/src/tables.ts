import type { s } from "libcnb";

/** True if a value is a table: an object that is not a list. */
export const isTable = (value: unknown): value is s.Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Returns the value if it is a table, otherwise an empty table. For values in files of an app,
 * which may contain anything.
 */
export const tableOf = (value: unknown): s.Table => (isTable(value) ? value : {});

/** Returns the value if it is a string, even an empty one, otherwise `undefined`. */
export const stringOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Returns the value if it is a string that is not empty, otherwise `undefined`. */
export const textOf = (value: unknown): string | undefined => stringOf(value) || undefined;

/** Returns the strings of a list; empty if the value is not a list. */
export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
