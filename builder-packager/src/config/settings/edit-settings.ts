import { childPath, keyPositions } from "../toml-keys.ts";

/** A key of config.toml, at the top level or in a table. */
export interface SettingPath {
  readonly table?: string;
  readonly key: string;
}

/** The lines of a text from `start` to before `end`. */
interface LineRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Sets a key of a TOML file. Other lines, and a comment after the value, are unchanged. The text
 * must be valid TOML.
 *
 * @example `withSetting("", { key: "cache-size" }, "20GB") // 'cache-size = "20GB"\n'`
 */
export function withSetting(text: string, path: SettingPath, value: string | readonly string[]): string {
  const lines = linesOf(text);
  const line = `${childPath("", path.key)} = ${typeof value === "string" ? JSON.stringify(value) : listOf(value)}`;
  const found = rangeOf(text, path);
  if (found !== undefined) {
    const comment = /\s+#[^"'\]]*$/.exec(lines[found.end - 1] ?? "")?.[0] ?? "";
    return joined(lines.toSpliced(found.start, found.end - found.start, `${line}${comment}`));
  }
  if (path.table === undefined) return joined(lines.toSpliced(endOfTop(lines), 0, line));
  const header = lines.findIndex((each) => isHeader(each, path.table ?? ""));
  if (header >= 0) return joined(lines.toSpliced(header + 1, 0, line));
  return joined([...lines, ...(lines.length === 0 ? [] : [""]), `[${path.table}]`, line]);
}

/**
 * Removes a key of a TOML file. If the key is at the top level, a table of this name is removed as
 * well.
 */
export function withoutSetting(text: string, path: SettingPath): string {
  const lines = linesOf(text);
  const found = rangeOf(text, path);
  if (found !== undefined) return joined(lines.toSpliced(found.start, found.end - found.start));
  if (path.table !== undefined) return text;
  const header = lines.findIndex((each) => isHeader(each, path.key));
  if (header < 0) return text;
  const next = lines.findIndex((each, index) => index > header && /^\s*\[/.test(each));
  return joined(lines.toSpliced(header, (next < 0 ? lines.length : next) - header));
}

const linesOf = (text: string): readonly string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));
const joined = (lines: readonly string[]): string => (lines.length === 0 ? "" : `${lines.join("\n")}\n`);
const listOf = (values: readonly string[]): string => `[${values.map((each) => JSON.stringify(each)).join(", ")}]`;
const isHeader = (line: string, table: string): boolean => /^\s*\[\s*([\w-]+)\s*\]/.exec(line)?.[1] === table;

/**
 * Returns the number of lines that contain keys before the first table. Blank lines and comments
 * directly before a table belong to the table.
 */
function endOfTop(lines: readonly string[]): number {
  const table = lines.findIndex((line) => /^\s*\[/.test(line));
  let end = table < 0 ? lines.length : table;
  while (table >= 0 && end > 0 && /^\s*(#.*)?$/.test(lines[end - 1] ?? "")) end--;
  return end;
}

/**
 * The lines of a key and its value. A list may have several lines: they end before the next key, or
 * before the next table.
 */
function rangeOf(text: string, { table, key }: SettingPath): LineRange | undefined {
  const positions = keyPositions(text);
  const at = positions.get(childPath(table ?? "", key));
  const lines = linesOf(text);
  if (at === undefined || /^\s*\[\s*["\w]/.test(lines[at.line - 1] ?? "")) return undefined;
  const start = at.line - 1;
  const value = (lines[start] ?? "").slice(at.column - 1);
  if (!/^("[^"]*"|'[^']*'|[\w-]+)\s*=\s*\[/.test(value)) return { start, end: start + 1 };
  const closed = lines.findIndex((line, index) => index >= start && /\]\s*(#[^"']*)?$/.test(line));
  return { start, end: (closed < 0 ? start : closed) + 1 };
}
