import type { Position } from "../../config/toml-keys.ts";
import type { AuthorCode, SourceFile } from "./author-code.ts";

/** A variable that the author's code reads, with the first position of the variable's name. */
export interface ReadName extends Position {
  readonly name: string;
  /** The absolute path of the file. */
  readonly path: string;
}

/**
 * True if the code contains the name of a variable, or composes the name: `BP_NODE_${name}` and
 * `"BP_" + name`.
 */
export const mentions = ({ files }: AuthorCode, name: string): boolean =>
  files.some(({ text }) => text.includes(name)) || files.some(({ text }) => composes(text, name));

function composes(text: string, name: string): boolean {
  for (const [, prefix = ""] of text.matchAll(/\b(BPL?_[A-Z0-9_]*)(?:\$\{|["'`]\s*\+)/g))
    if (name.startsWith(prefix) && prefix.length > 4) return true;
  for (const [, suffix = ""] of text.matchAll(/\}([A-Z0-9]*_[A-Z0-9_]+)`/g)) if (name.endsWith(suffix)) return true;
  return false;
}

const upperCase = "([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)";

/**
 * Finds the variables that TypeScript code reads through `config`: in the definition's
 * `config: { … }`, and as `config.NAME`.
 */
export function readNames({ files }: AuthorCode): readonly ReadName[] {
  const found = new Map<string, ReadName>();
  for (const file of files.filter(({ isModule }) => isModule)) {
    const text = withoutComments(file.text);
    for (const { name, at } of [...definitions(text), ...properties(text)])
      if (!found.has(name)) found.set(name, { name, path: file.path, ...positionOf(text, at) });
  }
  return [...found.values()];
}

function positionOf(text: string, at: number): Position {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

interface NameAt {
  readonly name: string;
  readonly at: number;
}

function properties(text: string): readonly NameAt[] {
  const pattern = new RegExp(`(?<![\\w$])config\\??\\.${upperCase}\\b`, "g");
  return [...text.matchAll(pattern)].map(({ index, 0: use, 1: name = "" }) => ({
    name,
    at: index + use.length - name.length,
  }));
}

/** The keys at the first level of `config: { … }`. */
function definitions(text: string): readonly NameAt[] {
  return [...text.matchAll(/(?<![\w$.])config\s*:\s*\{/g)].flatMap(({ index, 0: start }) => {
    const from = index + start.length;
    return keysOf(text, from);
  });
}

const longest = 20_000;

function keysOf(text: string, from: number): readonly NameAt[] {
  const found: NameAt[] = [];
  const key = new RegExp(`${upperCase}\\s*(?=[:,}])`, "y");
  let depth = 1;
  for (let at = from; at < Math.min(text.length, from + longest) && depth > 0; at++) {
    const character = text[at] ?? "";
    if ("{([".includes(character)) depth += 1;
    else if ("})]".includes(character)) depth -= 1;
    else if (depth === 1 && /[A-Z]/.test(character) && !/[\w$."'`]/.test(text[at - 1] ?? "")) {
      key.lastIndex = at;
      const name = key.exec(text)?.[1];
      if (name !== undefined) found.push({ name, at });
    }
  }
  return found;
}

/** Replaces comments by spaces, so that lines stay the same. Strings with `//` are rare in front of names of variables. */
const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:"'`\w])\/\/[^\n]*/g, (comment) => comment.replaceAll(/[^\n]/g, " "));

/**
 * Returns the file in which the code creates SBOMs: with `sbom:`, with `sboms(…)`, or by writing a
 * file `<layer>.sbom.cdx.json`. Returns undefined if no file does.
 */
export function writesSbom({ files }: AuthorCode): string | undefined {
  const writes = ({ text, isModule }: SourceFile) =>
    isModule ? /(?<![\w$.])sboms?\s*[(:]/.test(withoutComments(text)) : /\.sbom\.(cdx|spdx|syft)\.json/.test(text);
  return files.find(writes)?.name;
}
