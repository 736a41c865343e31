import { InvalidArgumentError } from "commander";

/** One value each time, again for more. */
export const addValue = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Several values at once, with commas between them, or again for more: as pack's flags take them. */
export const addListed = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...commaSeparated(text),
];

/** `a=1`, or several as `a=1,b=2`. A comma in the only value needs nothing; else the pair is put in double quotes. */
export function addLabels(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const pairs = text.split("=").length === 2 ? [text] : commaSeparated(text);
  return { ...before, ...Object.fromEntries(pairs.map(labelOf)) };
}

function labelOf(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Use NAME=VALUE.");
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

/** A line of CSV. */
function commaSeparated(text: string): string[] {
  const fields = text.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)(?=,|$)/g) ?? [];
  return fields.map((field) => (/^".*"$/s.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field));
}
