import { isDeepStrictEqual } from "node:util";
import { parseToml } from "libcnb/spec";
import { withCode } from "../config/problems.ts";
import { CnbError } from "../errors.ts";
import { entryTable, type ReleaseEntry, type ReleaseId, type TomlValue } from "./published-release.ts";
import { inventoryTable } from "./source-table.ts";
import { newerFirst } from "./versions.ts";

/** An edit of an inventory's text. */
export interface InventoryEdit {
  /** The indexes of the entries to remove. */
  readonly removed: ReadonlySet<number>;
  readonly added: readonly ReleaseEntry[];
}

/**
 * Removes and adds entries in the text of an inventory. Everything else is unchanged: comments, the
 * order of entries, and keys that `cnb` does not know. A new entry is inserted next to the entries
 * of the same dependency, in their order.
 *
 * @param existing the releases in the order of the file
 * @throws CnbError INVENTORY_INVALID if entries are not written as tables
 */
export function editInventory(
  text: string,
  file: string,
  existing: readonly ReleaseId[],
  { removed, added }: InventoryEdit,
): string {
  const { head, blocks, tail, header } = blocksIn(text, file);
  if (blocks.length !== existing.length) throw notTables(file);
  const entries = blocks.map((block, index) => ({
    block,
    release: existing[index] as ReleaseId,
    isKept: !removed.has(index),
  }));
  for (const entry of added) {
    const at = positionOf(
      entry,
      entries.map(({ release }) => release),
    );
    entries.splice(at, 0, { block: `${entryText(header, entry)}\n`, release: entry, isKept: true });
  }
  const kept = entries.filter(({ isKept }) => isKept).map(({ block }) => block);
  const joined = kept.map((block, index) => (index < kept.length - 1 ? separated(block) : block)).join("");
  const last = tail === "" ? joined.replace(/\n+$/, "\n") : separated(joined);
  const result = `${blocks.length === 0 && added.length > 0 ? `${head.trimEnd()}\n\n` : head}${last}${tail}`;
  verifyEdit(text, result, { file, existing, removed, added });
  return result;
}

interface InventoryBlocks {
  /** The text before the first entry. */
  readonly head: string;
  /** The text of each entry with its comments. */
  readonly blocks: readonly string[];
  /** The text after the last entry. */
  readonly tail: string;
  /** The header of an entry. */
  readonly header: string;
}

const parsedInventory = (text: string, file: string) =>
  inventoryTable(withCode("INVENTORY_INVALID", () => parseToml(text, file)));

const header = /^\[\[\s*((?:metadata\.)?dependencies)\s*\]\]\s*(?:#.*)?$/;

function blocksIn(text: string, file: string): InventoryBlocks {
  const lines = text.split(/(?<=\n)/);
  const starts = lines.flatMap((line, index) => (header.test(line.trimEnd()) ? [index] : []));
  const isBelow = parsedInventory(text, file).at === "metadata";
  const [first = lines.length] = starts;
  const begins = starts.map((start) => start - commentsAbove(lines, start));
  const end = endOf(lines, starts.at(-1) ?? first);
  const blocks = begins.map((begin, index) => lines.slice(begin, begins[index + 1] ?? end).join(""));
  return {
    head: lines.slice(0, begins[0] ?? lines.length).join(""),
    blocks,
    tail: lines.slice(starts.length === 0 ? lines.length : end).join(""),
    header: isBelow ? "[[metadata.dependencies]]" : "[[dependencies]]",
  };
}

function commentsAbove(lines: readonly string[], at: number): number {
  const above = lines.slice(0, at).toReversed();
  const count = above.findIndex((line) => !line.startsWith("#"));
  // a comment without an empty line above belongs to the table before it
  return count > 0 && above[count]?.trim() === "" ? count : 0;
}

/** The line after an entry: that of the next table which is not a part of the entry, with its comments. */
function endOf(lines: readonly string[], start: number): number {
  const next = lines.findIndex(
    (line, index) => index > start && /^\[/.test(line) && !/^\[\[?\s*(?:metadata\.)?dependencies\./.test(line),
  );
  return next < 0 ? lines.length : next - commentsAbove(lines, next);
}

const separated = (block: string): string => `${block.trimEnd()}\n\n`;

/** The position of a new entry among those of its dependency, which are sorted in one direction. */
function positionOf(entry: ReleaseId, all: readonly ReleaseId[]): number {
  const own = all.flatMap((release, index) => (release.id === entry.id ? [{ release, index }] : []));
  const last = own.at(-1);
  if (last === undefined) return all.length;
  const isNewestFirst = newerFirst(own[0]?.release.version ?? "", last.release.version) < 0;
  const isAfter = (release: ReleaseId) =>
    (isNewestFirst ? 1 : -1) * newerFirst(release.version, entry.version) || architectureOrder(entry, release);
  const next = own.find(({ release }) => isAfter(release) > 0);
  return next?.index ?? last.index + 1;
}

const architectureOrder = (a: ReleaseId, b: ReleaseId): number => ((b.arch ?? "") > (a.arch ?? "") ? 1 : 0);

/** Formats an entry of an inventory as a TOML table. */
export function entryText(header: string, entry: ReleaseEntry): string {
  const lines = Object.entries(entryTable(entry)).map(
    ([key, value]) => `${keyText(key)} = ${dateText(key, value) ?? tomlText(value)}\n`,
  );
  return `${header}\n${lines.join("")}`;
}

const keyText = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));

/** Dates of support are dates in TOML, as authors write them. */
const dateText = (key: string, value: TomlValue): string | undefined =>
  /^(eol-date|deprecation_date)$/.test(key) && /^\d{4}-\d\d-\d\d$/.test(String(value)) ? String(value) : undefined;

function tomlText(value: TomlValue): string {
  if (value instanceof Date) return value.toISOString().replace(/T00:00:00\.000Z$/, "");
  if (Array.isArray(value)) return `[${value.map(tomlText).join(", ")}]`;
  if (typeof value === "object")
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${keyText(key)} = ${tomlText(each)}`)
      .join(", ")} }`;
  // a JSON string is also a valid TOML string
  return typeof value === "string" ? JSON.stringify(value).replaceAll("\u007f", "\\u007f") : String(value);
}

/** Parses the result: an edit that changes anything else must not be written. */
function verifyEdit(
  before: string,
  after: string,
  {
    file,
    existing,
    removed,
    added,
  }: InventoryEdit & { readonly file: string; readonly existing: readonly ReleaseId[] },
): void {
  const [old, edited] = [before, after].map((text) => parsedInventory(text, file));
  const ids = (table: Readonly<Record<string, unknown>> | undefined) =>
    ((table?.["dependencies"] ?? []) as readonly Readonly<Record<string, unknown>>[]).map(({ id, version, os, arch }) =>
      JSON.stringify([id, version, os || undefined, arch || undefined]),
    );
  const expected = [...existing.filter((_, index) => !removed.has(index)), ...added].map(({ id, version, os, arch }) =>
    JSON.stringify([id, version, os || undefined, arch || undefined]),
  );
  const rest = (table: Readonly<Record<string, unknown>> | undefined) => ({ ...table, dependencies: undefined });
  const isSame =
    isDeepStrictEqual(ids(edited?.table).toSorted(), expected.toSorted()) &&
    isDeepStrictEqual(rest(old?.table), rest(edited?.table));
  if (!isSame) throw notTables(file);
}

const notTables = (file: string): CnbError =>
  new CnbError(
    "INVENTORY_INVALID",
    `cnb cannot edit the dependencies of ${file}: they are not written as TOML tables`,
    {
      hint: "Write each dependency as a table [[metadata.dependencies]], or as [[dependencies]] in a separate inventory file.",
    },
  );
