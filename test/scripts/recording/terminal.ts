import { stripVTControlCharacters } from "node:util";

/** A piece of a line in one style. */
export interface Span {
  readonly text: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  /** Number of one of the eight ANSI colours. */
  readonly color?: number;
}

/** A line as it is when its line feed arrives, in seconds since the start of the recording. */
export interface Line {
  readonly at: number;
  readonly spans: readonly Span[];
}

/** The output of a program by seconds since the start of the recording, as in an asciicast. */
export interface Output {
  readonly at: number;
  readonly data: string;
}

/**
 * The finished lines of a terminal's output. Lines that are overwritten, as progress is, are left out; so is each control sequence
 * other than colours and "clear the line".
 */
export function linesOf(outputs: readonly Output[]): readonly Line[] {
  const lines: Line[] = [];
  let current = "";
  for (const { at, data } of outputs) {
    const parts = (current + data).replaceAll("\r\n", "\n").split("\n");
    current = parts.pop() ?? "";
    for (const part of parts) lines.push({ at, spans: spansOf(lastWritten(part)) });
  }
  return lines;
}

const esc = "\u001b";
const clearLine = new RegExp(`\\r?${esc}\\[0?K|\\r`);
const styleChange = new RegExp(`(${esc}\\[[\\d;]*m)`);

/** The text after the last command that clears the line. */
const lastWritten = (text: string): string => text.split(clearLine).at(-1) ?? "";

interface Style {
  bold?: boolean;
  dim?: boolean;
  color?: number;
}

function spansOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  let style: Style = {};
  for (const part of text.split(styleChange)) {
    if (styleChange.test(part)) style = part.slice(2, -1).split(";").map(Number).reduce(styled, style);
    else if (part !== "") spans.push({ text: stripVTControlCharacters(part), ...style });
  }
  return spans;
}

/** The style after one parameter of "select graphic rendition" (ECMA-48, 8.3.117). */
function styled(style: Style, code: number): Style {
  const { bold, dim, color } = style;
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return color === undefined ? {} : { color };
  if (code === 39) return { ...(bold && { bold }), ...(dim && { dim }) };
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 90 };
  return style;
}
