/**
 * Matches colors and styles (Select Graphic Rendition). Sequences with a private marker (`ESC [ > …
 * m`), which change the keyboard, do not match.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const style = /(\u001b\[[0-9;:]*m)/;

/**
 * Matches control sequences: CSI with parameters, OSC and similar ones up to their terminator, each
 * starting with ESC or a single C1 character, and ESC with any other character.
 */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]P^_X]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:[\u0007\u009c]|\u001b\\)?|\u001b[ -/]*[0-~]/g;

/**
 * Matches control characters except for the tab, line and paragraph separators, and characters that
 * change the text direction.
 */
const controls = /(?!\t)[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}]|\p{Bidi_Control}/gu;

/** Matches lines of printable ASCII characters and tabs, as nearly all lines are. */
const harmless = /^[\t -~]*$/;

const reset = "\u001b[0m";

/**
 * Prepares a line of a program's output for a terminal. Colors are kept if they are enabled. Other
 * control sequences are removed, because a program could use them to set the clipboard or the
 * title, or to move the cursor and forge cnb's output. Styles are reset at the end of the line, so
 * that they do not affect cnb's next line.
 */
export function toolLine(line: string, { color }: { readonly color: boolean }): string {
  if (harmless.test(line)) return line;
  const parts = line.split(style);
  const plain = parts.map((part, index) => (index % 2 === 1 ? part : withoutCommands(part)));
  if (parts.length === 1 || !color) return plain.filter((_, index) => index % 2 === 0).join("");
  return plain.join("") + (parts.at(-2) === reset && parts.at(-1) === "" ? "" : reset);
}

const withoutCommands = (text: string): string => text.replaceAll(sequences, "").replaceAll(controls, "");
