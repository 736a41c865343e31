import type { Table } from "libcnb";

/** A value as a table; empty if it is none: files of apps have anything in them. */
export const tableOf = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

export const keysOf = (value: unknown): readonly string[] => Object.keys(tableOf(value));

/** Texts by name; of a value that is a table, the text that it has by `field`. */
export const textsOf = (value: unknown, field: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tableOf(value)).flatMap(([name, each]) => {
      const text = textOf(each) ?? textOf(tableOf(each)[field]) ?? numberText(each);
      return text === undefined ? [] : [[name, text]];
    }),
  );

// lockfiles before 6.0 write versions without quotes; `1` and `1.0` would be numbers, but no version has less than two dots
const numberText = (value: unknown): string | undefined => (typeof value === "number" ? String(value) : undefined);
