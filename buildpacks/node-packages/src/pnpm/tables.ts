import { tableOf, textOf } from "@libcnb/app-kit/tables";

/** Texts by name; of a value that is a table, the text that it has by `field`. */
export const textsByName = (value: unknown, field: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tableOf(value)).flatMap(([name, each]) => {
      const text = textOf(each) ?? textOf(tableOf(each)[field]) ?? numberText(each);
      return text === undefined ? [] : [[name, text]];
    }),
  );

// lockfiles before 6.0 write versions without quotes; `1` and `1.0` would be numbers, but no version has less than two dots
const numberText = (value: unknown): string | undefined => (typeof value === "number" ? String(value) : undefined);
