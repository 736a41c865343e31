import { plainLine } from "../printable.ts";

/** Options of {@link tableLines}. */
export interface TableOptions {
  /** The titles of the columns. */
  readonly header?: readonly string[];
}

const gap = "  ";

/**
 * Formats the lines of a table with aligned columns and no trailing spaces. A newline in a cell
 * becomes a space.
 */
export function tableLines(rows: readonly (readonly string[])[], { header }: TableOptions = {}): readonly string[] {
  const cells = (header === undefined ? rows : [header, ...rows]).map((row) => row.map(oneLine));
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...cells.map((row) => displayWidth(row[column] ?? ""))),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

const oneLine = (cell: string): string => cell.replace(/[\r\n\t]+/g, " ");

const padded = (cell: string, width: number): string => cell + " ".repeat(width - displayWidth(cell));

/**
 * Returns the width of a text in terminal columns. Chinese, Japanese and Korean characters and
 * emoji have two columns, and combining characters have none.
 */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  const characters = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(plainLine(text));
  return [...characters].reduce((width, { segment }) => width + characterWidth(segment), 0);
}

// East Asian Width W and F, and what is shown as an emoji.
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})|\ufe0f/u;

function characterWidth(character: string): number {
  if (wide.test(character)) return 2;
  return /^[\p{Mark}\p{Format}\p{Control}]/u.test(character) ? 0 : 1;
}
