import { tableOf, textOf } from "@libcnb/app-kit/tables";

/**
 * The strings of a table by name. For a value that is itself a table, the string in its `field`.
 */
export const textsByName = (value: unknown, field: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tableOf(value)).flatMap(([name, each]) => {
      const text = textOf(each) ?? textOf(tableOf(each)[field]) ?? numberText(each);
      return text === undefined ? [] : [[name, text]];
    }),
  );

// lockfiles before 6.0 write versions without quotes; `1` and `1.0` would be numbers, but no version has less than two dots
const numberText = (value: unknown): string | undefined => (typeof value === "number" ? String(value) : undefined);
