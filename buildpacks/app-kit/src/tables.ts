import type { Table } from "libcnb";

/** True if a value is a table: an object that is not a list. */
export const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as a table; empty if it is none: files of apps have anything in them. */
export const tableOf = (value: unknown): Table => (isTable(value) ? value : {});

/** A text, or nothing; the empty text is one. */
export const stringOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** A text that is not blank, or undefined. */
export const textOf = (value: unknown): string | undefined => stringOf(value) || undefined;

/** The texts of a list; empty if it is none. */
export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
