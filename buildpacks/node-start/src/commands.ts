import { type PlainCommand, plainCommand } from "@libcnb/app-kit/start/plain-command";
import type { Texts } from "@libcnb/node-app";
import { aliasOf, managers } from "./aliases.ts";

/** One command of a shell line that runs several in sequence. */
export interface Command {
  /** The text as written. */
  readonly text: string;
  /** Its words, if it needs no shell; or else `undefined`. */
  readonly plain: PlainCommand | undefined;
}

/** The commands of scripts that have been written out; `undefined` for one that cannot be, or is being. */
type Known = Map<string, readonly Command[] | undefined>;

/**
 * The commands that a line runs until one fails, with the scripts of package.json expanded.
 * `undefined` for a line with unclear control flow: with `;`, `||`, pipes, groups, substitutions.
 */
export function commandsOf(line: string, scripts: Texts, known: Known = new Map()): readonly Command[] | undefined {
  return andList(line)?.flatMap((text) => {
    const plain = plainCommand(text);
    const called = plain !== undefined && managers.has(plain.words[0]) ? aliasOf(plain.words, scripts) : undefined;
    return (called === undefined ? undefined : commandsOfScript(called, scripts, known)) ?? [{ text, plain }];
  });
}

/** The commands of a script of package.json and of its hooks. */
export function commandsOfScript(
  name: string,
  scripts: Texts,
  known: Known = new Map(),
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

/** The texts between `&&`; `undefined` if there is another operator. What is in quotes is no operator. */
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
