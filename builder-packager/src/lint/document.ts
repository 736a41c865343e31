import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import type { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import { keyPositions, type Position } from "../config/toml-keys.ts";
import { ForeignFileTooLarge, readForeignFile } from "../files/foreign-file.ts";
import { limits } from "../limits.ts";
import { ruleOf } from "./catalogue.ts";
import type { Edit, Finding, Problem } from "./finding.ts";

/** The files that `cnb lint` checks, by their names without `.toml`. */
export const documentKinds = ["buildpack", "extension", "package", "builder", "base", "project"] as const;

export type DocumentKind = (typeof documentKinds)[number];

/**
 * Returns the kind of a file by its name: `builder.toml`, and also `arm64.builder.toml` and
 * `my-builder.toml`, are of the kind `builder`.
 */
export function kindOfFile(file: string): DocumentKind | undefined {
  const [, name] = /(?:^|[-.])([a-z]+)\.toml$/.exec(basename(file)) ?? [];
  return documentKinds.find((kind) => kind === name);
}

/** A parsed TOML file. */
export interface LintDocument {
  readonly file: string;
  readonly kind: DocumentKind;
  readonly text: string;
  readonly table: s.Table;
  readonly positions: ReadonlyMap<string, Position>;
  /** The offset of the start of each line. */
  readonly lines: readonly number[];
}

/**
 * Reads the text of a file. Returns the reason if the file cannot be read. Pipes and devices are
 * not opened.
 */
export async function readText(file: string): Promise<{ readonly text: string } | { readonly reason: string }> {
  try {
    const bytes = await readForeignFile(await realpath(file), limits.configFile.most);
    if (bytes === undefined) return { reason: "the file is not a regular file, or cannot be read" };
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof ForeignFileTooLarge)
      return { reason: `the file is larger than ${limits.configFile.most / 1024 ** 2} MiB` };
    if (error instanceof TypeError) return { reason: "the bytes of the file are not UTF-8" };
    return { reason: "the file does not exist, or cannot be read" };
  }
}

/** Parses a file. If the file is not valid TOML, the result is a finding. */
export function parseDocument(file: string, kind: DocumentKind, text: string): LintDocument | Finding {
  try {
    const table = parseToml(text, file);
    return { file, kind, text, table, positions: keyPositions(text), lines: lineStarts(text) };
  } catch (error) {
    return invalidFile(file, error instanceof Error ? error.message : String(error));
  }
}

/** Creates the finding for a file that cannot be read or parsed. */
export function invalidFile(file: string, reason: string): Finding {
  const [start = "", line = "1", column = "1"] = /^.*?:(\d+):(\d+) is (?=not valid TOML)/s.exec(reason) ?? [];
  const message = start === "" ? reason : `the file is ${reason.slice(start.length)}`;
  return {
    rule: "invalid-toml",
    severity: "error",
    file,
    line: Number(line),
    column: Number(column),
    message,
    edits: [],
  };
}

export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Converts a problem to a finding. A missing key has the position of the table that should contain it. */
export function located({ file, positions }: Pick<LintDocument, "file" | "positions">, problem: Problem): Finding {
  const { rule, message, path = "", at, severity = ruleOf(rule).severity, edits = [] } = problem;
  const { line, column } = at ?? nearest(positions, path);
  return { rule, severity, file, line, column, message: path && !at ? `${path}: ${message}` : message, edits };
}

function nearest(positions: ReadonlyMap<string, Position>, path: string): Position {
  const parent = path.replace(/(\.("(\\.|[^"\\])*"|[^.[\]"]+)|\[\d+\])$/, "");
  return positions.get(path) ?? (parent === path ? { line: 1, column: 1 } : nearest(positions, parent));
}

/** Returns the offset of a key in the text; undefined if the key does not exist. */
export function offsetOf({ positions, lines }: LintDocument, path: string): number | undefined {
  const position = positions.get(path);
  return position && (lines[position.line - 1] ?? 0) + position.column - 1;
}

/** Returns the edit that renames a bare key. Returns no edit if the key is quoted or dotted. */
export function renameKey(document: LintDocument, path: string, name: string): readonly Edit[] {
  const start = offsetOf(document, path);
  const key = path.slice(path.lastIndexOf(".") + 1);
  if (start === undefined || !document.text.startsWith(key, start)) return [];
  return [{ start, end: start + key.length, text: name }];
}

/**
 * Returns the edit that replaces the string value of a key. Returns no edit unless the string is in
 * the same line as the key.
 */
export function replaceString(document: LintDocument, path: string, value: string): readonly Edit[] {
  const start = offsetOf(document, path);
  const [found, before = ""] =
    start === undefined
      ? []
      : (/^([\w-]+[ \t]*=[ \t]*)("[^"\\\n]*"|'[^'\n]*')/.exec(document.text.slice(start, start + 500)) ?? []);
  if (start === undefined || found === undefined) return [];
  return [{ start: start + before.length, end: start + found.length, text: JSON.stringify(value) }];
}

/**
 * Returns the edit that inserts lines below the line of a key. Returns no edit unless the value of
 * the key is in the same line.
 */
export function insertBelow(document: LintDocument, path: string, text: string): readonly Edit[] {
  const start = offsetOf(document, path);
  if (start === undefined || !/^[\w-]+[ \t]*=[ \t]*("[^"\\\n]*"|'[^'\n]*')[ \t]*(#.*)?$/m.test(lineAt(document, start)))
    return [];
  const end = document.text.indexOf("\n", start);
  const at = end < 0 ? document.text.length : end + 1;
  return [{ start: at, end: at, text: `${end < 0 ? "\n" : ""}${text}\n` }];
}

const lineAt = ({ text }: LintDocument, start: number): string => {
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, "");
};

/**
 * The pattern of a table header with the comment lines above it. A match starts only at the first
 * of these comment lines. If a match could start at each of them, the time would grow with the
 * square of their number.
 */
export const commentedHeader = /^(?<!^#.*\n)(?:#.*\n)*[ \t]*\[\[?[ \t]*([^\]\n]*)\]/m;

/**
 * Returns the edit that removes a table from an array of tables. The edit ends at the header of the
 * next table that is not below the removed table. The comments above that header are kept.
 */
export function removeTable(document: LintDocument, path: string): readonly Edit[] {
  const key = offsetOf(document, path);
  const { text } = document;
  const start = key === undefined ? -1 : text.lastIndexOf("\n", key) + 1;
  const name = path.replace(/\[\d+\]$/, "");
  if (key === undefined || !/^[ \t]*\[\[[ \t]*$/.test(text.slice(start, key))) return [];
  const header = new RegExp(commentedHeader, "gm");
  header.lastIndex = key;
  for (let next = header.exec(text); next !== null; next = header.exec(text))
    if (!next[1]?.startsWith(`${name}.`)) return [{ start, end: next.index, text: "" }];
  return [{ start: text.slice(0, start).trimEnd().length + 1, end: text.length, text: "" }];
}
