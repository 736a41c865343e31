import { type BuildContext, type BuildResult, type Config, UserError } from "libcnb";
import { labelsOf, type settings } from "./variables.ts";

/** Adds the user's labels to the image. */
export function build({ config, log }: BuildContext<Config<typeof settings>>): BuildResult {
  const { labels, problems } = parseLabels(config.BP_IMAGE_LABELS ?? "");
  if (problems.length > 0)
    throw new UserError("IMAGE_LABELS_INVALID", `cannot parse BP_IMAGE_LABELS: ${problems.join("; ")}`, {
      hint: `Write pairs NAME=VALUE separated by spaces, for example team=web title="Web shop". Write a quote in a value as \\".`,
    });
  const all = [...labelsOf(config), ...labels];
  const chosen = new Map(all);
  for (const name of new Set(all.map(([name]) => name).filter((name, index, names) => names.indexOf(name) !== index)))
    log.warn(`${name} is set several times: the last value is used`);
  for (const [name, value] of chosen) log.info(`${name}: ${value}`);
  return { labels: Object.fromEntries(chosen) };
}

/** The labels in a text, in order, and the errors in the text. */
interface ParsedLabels {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly problems: readonly string[];
}

const blank = /\s*/y;
/** Letters, escaped quotes and text in quotes; of names also no `=`. */
const nameWord = /(?:\\["']|"(?:\\["']|\\(?!["'])|[^"\\])*"|'(?:\\["']|\\(?!["'])|[^'\\])*'|[^\s"'=])*/y;
const valueWord = /(?:\\["']|"(?:\\["']|\\(?!["'])|[^"\\])*"|'(?:\\["']|\\(?!["'])|[^'\\])*'|[^\s"'])*/y;

/**
 * Parses labels in the form `a=b "c"="d e"`, as Paketo's buildpack does. Any white space may
 * separate the pairs.
 */
export function parseLabels(text: string): ParsedLabels {
  const labels: (readonly [string, string])[] = [];
  const problems: string[] = [];
  for (let at = skip(blank, text, 0); at < text.length; at = skip(blank, text, at)) {
    const from = at;
    at = skip(nameWord, text, from);
    const name = unquoted(text.slice(from, at));
    const isPair = text[at] === "=";
    const value = isPair ? at + 1 : at;
    at = isPair ? skip(valueWord, text, value) : at;
    const problem = problemAt(text, at) ?? (isPair ? undefined : "there is no = after the name");
    if (problem !== undefined) problems.push(`${problem} (character ${at + 1})`);
    else if (!isName(name)) problems.push(`${wrongName(name)} (character ${from + 1})`);
    else labels.push([name, unquoted(text.slice(value, at))]);
    if (problem !== undefined) at = next(text, at);
  }
  return { labels, problems };
}

/** True if the text is a valid name of a label. Labels have the form `name=value`. */
const isName = (name: string): boolean => /^[^\s=\0]+$/.test(name);

const wrongName = (name: string): string =>
  name === "" ? "the name before = is missing" : `the name ${JSON.stringify(name)} contains a space or =`;

const skip = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
};

/** A word ends by white space or with the text, a name by `=`; else by a quote that has no end. */
const problemAt = (text: string, at: number): string | undefined =>
  text[at] === '"' || text[at] === "'" ? `the quote ${text[at]} is not closed` : undefined;

/**
 * The position at which the next pair may begin. A quote without an end extends to the end of the
 * text.
 */
const next = (text: string, at: number): number => (problemAt(text, at) === undefined ? at : text.length);

/** The text without its quotes; what is escaped stays. */
const unquoted = (word: string): string =>
  word.replaceAll(
    /\\(["'])|"((?:\\["']|\\(?!["'])|[^"\\])*)"|'((?:\\["']|\\(?!["'])|[^'\\])*)'/g,
    (_, escaped, double, single) => escaped ?? (double ?? single).replaceAll(/\\(["'])/g, "$1"),
  );
