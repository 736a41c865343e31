import { InvalidArgumentError } from "commander";

/** Appends the value of a repeatable flag to its earlier values. */
export const addValue = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Appends the comma-separated values of a repeatable flag to its earlier values, as in pack. */
export const addListed = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...commaSeparated(text),
];

/**
 * Parses labels in the form `a=1`, or several labels as `a=1,b=2`, and adds them to `before`. A
 * single label may contain commas. If there are several labels, a label with a comma must be in
 * double quotes.
 */
export function addLabels(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = text.split("=").length === 2 ? [text] : commaSeparated(text);
  return { ...before, ...Object.fromEntries(pairs.map(labelOf)) };
}

function labelOf(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Use NAME=VALUE.");
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

/** Parses a line of CSV. */
function commaSeparated(text: string): string[] {
  const fields = text.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)(?=,|$)/g) ?? [];
  return fields.map((field) => (/^".*"$/s.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field));
}
