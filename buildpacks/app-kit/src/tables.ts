import type { Table } from "libcnb";

/** True if a value is a table: an object that is not a list. */
export const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value if it is a table, otherwise an empty table: an app's files may contain anything. */
export const tableOf = (value: unknown): Table => (isTable(value) ? value : {});

/** The value if it is a string, even an empty one, otherwise `undefined`. */
export const stringOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** The value if it is a string that is not blank, otherwise `undefined`. */
export const textOf = (value: unknown): string | undefined => stringOf(value) || undefined;

/** The strings of a list; empty if the value is not a list. */
export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
