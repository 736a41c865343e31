import { formatToml, parseToml } from "libcnb/spec";
import { describe, expect, test } from "vitest";
import { changes } from "./changes.ts";
import { examples } from "./examples.ts";
import { exceptions } from "./exceptions.ts";
import { judges } from "./judges.ts";
import { testTexts } from "./test-texts.ts";
import { validatorOf } from "./validators.ts";

const names = Object.keys(judges);
const validators = new Map(names.map((name) => [name, validatorOf(name)]));

/** The reasons of exceptions that occurred. */
const occurred = new Set<string>();

/** The difference between decoder and schema; undefined if both refuse or both accept the text, or for an exception. */
function differenceIn(name: string, text: string): string | undefined {
  const problems = judges[name]?.(text) ?? [];
  const validate = validators.get(name);
  const accepted = validate?.(parseToml(text, name)) ?? false;
  if (accepted === (problems.length === 0)) return undefined;
  if (!accepted) return `the schema: ${JSON.stringify(validate?.errors)}, but the decoder accepts\n${text}`;
  const known = problems.map((problem) => exceptions.find((each) => each.problem.test(problem)));
  for (const exception of known) if (exception) occurred.add(exception.reason);
  return known.includes(undefined) ? `${problems.join("; ")}, but the schema accepts\n${text}` : undefined;
}

const isToml = (text: string): boolean => {
  try {
    return Object.keys(parseToml(text, "")).length > 0;
  } catch {
    return false;
  }
};

describe.each(names)("the JSON schema of %s", (name) => {
  test("refuses a changed example exactly if cnb's decoder refuses it", () => {
    const texts = (examples[name] ?? []).flatMap((text) => changes(plain(parseToml(text, name))).flatMap(written));
    expect(texts.length).toBeGreaterThan(300);
    expect(texts.flatMap((text) => differenceIn(name, text) ?? []).slice(0, 10)).toEqual([]);
  });

  test("refuses each TOML text in the tests exactly if cnb's decoder refuses it", () => {
    const minimal = examples[name]?.at(-1) ?? "";
    const texts = testTexts().flatMap((text) => [text, `${text}\n${minimal}`, `${minimal}\n${text}`]);
    const files = texts.filter(isToml);
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap((text) => differenceIn(name, text) ?? []).slice(0, 10)).toEqual([]);
  });
});

test("each permitted difference between JSON schema and decoder occurs", () => {
  expect(exceptions.map(({ reason }) => reason).filter((reason) => !occurred.has(reason))).toEqual([]);
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function written(document: unknown): readonly string[] {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return [];
  return [formatToml(document as Readonly<Record<string, unknown>>)];
}
