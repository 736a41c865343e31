import type { Env } from "../env/apply.ts";
import { plainLine, printable } from "../printable.ts";

/** The presentation of texts: with or without colors. */
export interface Style {
  readonly coloured: boolean;
  bold(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
}

/**
 * Chooses the style of the log. Colors are only used with FORCE_COLOR, because the lifecycle always
 * reads the output through a pipe. Colors are never used with NO_COLOR.
 */
export function styleOf(env: Env): Style {
  const coloured = !["", "0", "false"].includes(env.FORCE_COLOR?.toLowerCase() ?? "") && !env.NO_COLOR;
  const code = (on: number, off: number) => (text: string) =>
    coloured && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { coloured, bold: code(1, 22), yellow: code(33, 39), dim: code(2, 22) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: SGR, the sequences that colour
const colours = /(\u001b\[[\d;:]*m)/;

/**
 * Prepares a text of a buildpack for the log. Colors are kept if they are enabled, and other
 * control characters are escaped.
 */
export const safeText = (text: string, style: Style): string => keepColours(text, style, printable);

/**
 * Prepares a line of a tool's output for the log. Colors are kept if they are enabled, and other
 * control characters are removed.
 */
export const safeLine = (line: string, style: Style): string => keepColours(line, style, plainLine);

function keepColours(text: string, { coloured }: Style, safe: (text: string) => string): string {
  if (!text.includes("\u001b")) return safe(text);
  const parts = text.split(colours);
  const colour = (part: string) => (coloured ? part : "");
  const kept = parts.map((part, index) => (index % 2 === 0 ? safe(part) : colour(part)));
  return kept.join("") + (coloured ? "\u001b[0m" : ""); // what is left on would colour all that follows
}
