import type { Texts } from "@libcnb/node-app";
import { type PlainCommand, plainCommand } from "libcnb/kit";

/** One command of a shell line. A line may run several commands in sequence. */
export interface Command {
  /** The text of the command as written in the line. */
  readonly text: string;
  /** The words of the command if it needs no shell; otherwise `undefined`. */
  readonly plain: PlainCommand | undefined;
}

/**
 * The commands of expanded scripts; `undefined` for a script that cannot be expanded or that is
 * being expanded.
 */
type ExpandedScripts = Map<string, readonly Command[] | undefined>;

/**
 * Returns the commands that a shell line runs one after another until one fails. Scripts of
 * package.json are expanded. Returns `undefined` for a line with another control flow: with `;`,
 * `||`, pipes, groups or substitutions.
 */
export function commandsOf(
  line: string,
  scripts: Texts,
  known: ExpandedScripts = new Map(),
): readonly Command[] | undefined {
  return andList(line)?.flatMap((text) => {
    const plain = plainCommand(text);
    const called = plain !== undefined && managers.has(plain.words[0]) ? aliasOf(plain.words, scripts) : undefined;
    return (called === undefined ? undefined : commandsOfScript(called, scripts, known)) ?? [{ text, plain }];
  });
}

/**
 * Returns the commands of a script of package.json and of its hooks. Returns `undefined` if the
 * script is missing, or if a line of it has a control flow that {@link commandsOf} does not
 * support.
 */
export function commandsOfScript(
  name: string,
  scripts: Texts,
  known: ExpandedScripts = new Map(),
): readonly Command[] | undefined {
  if (known.has(name)) return known.get(name);
  known.set(name, undefined); // one that calls itself
  const lines = [`pre${name}`, name, `post${name}`].flatMap((each) => scripts[each]?.trim() || []);
  const commands = lines.map((line) => commandsOf(line, scripts, known));
  const all = commands.every((each) => each !== undefined) ? commands.flat() : [];
  if (all.length > 0 && all.length <= maximum) known.set(name, all);
  return known.get(name);
}

/** Scripts that call each other twice double with each. */
const maximum = 1_000;

/**
 * Splits a line at `&&`. Returns `undefined` if a part is empty, or if the line contains another
 * operator outside quotes.
 */
function andList(line: string): readonly string[] | undefined {
  const texts = [""];
  for (const part of line.match(token) ?? []) {
    if (part === "&&") texts.push("");
    else if (/^[;|&()`\n]/.test(part) && part !== "&>") return undefined;
    else texts[texts.length - 1] += part;
  }
  const trimmed = texts.map((text) => text.trim());
  return trimmed.includes("") ? undefined : trimmed;
}

/** Text in quotes, an escaped letter, a redirection such as `2>&1`, an operator, a letter. */
const token = /'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\d*[<>]+&\d|&>|&&|\|\||./gs;

/** The commands that run scripts of package.json or programs of packages. */
export const managers: ReadonlySet<string> = new Set("npm npx yarn yarnpkg pnpm pnpx pn bun bunx corepack".split(" "));

/** True if a script has hooks (`pre…` or `post…`). */
export const hasHooks = (name: string, scripts: Texts): boolean => `pre${name}` in scripts || `post${name}` in scripts;

/**
 * Returns the name of the package.json script that a command such as `npm run x` or `yarn x` runs.
 */
export function aliasOf([manager, ...words]: readonly string[], scripts: Texts): string | undefined {
  const [first, second] = words.filter((word) => word !== "-s" && word !== "--silent");
  const isRun = first === "run" || first === "run-script";
  const name = isRun ? second : first;
  const mayOmitRun = manager !== "npm" || name === "start";
  const isAlone = words.at(-1) === name && (isRun || mayOmitRun);
  return isAlone && name !== undefined && Object.hasOwn(scripts, name) ? name : undefined;
}
