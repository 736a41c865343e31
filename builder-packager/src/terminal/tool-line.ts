/** Select Graphic Rendition: colours and styles. With a private marker (`ESC [ > … m`) it changes the keyboard instead. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const style = /(\u001b\[[0-9;:]*m)/;

/** CSI with its parameters, OSC and the like up to their terminator, each with ESC or in one character; then ESC and another. */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]P^_X]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:[\u0007\u009c]|\u001b\\)?|\u001b[ -/]*[0-~]/g;

/** All controls but the tab, the separators of lines and paragraphs, and what changes the direction of reading. */
const controls = /(?!\t)[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}]|\p{Bidi_Control}/gu;

/** Nearly all lines are. */
const harmless = /^[\t -~]*$/;

const reset = "\u001b[0m";

/**
 * A line of a program's output for a terminal: with colors if enabled, without other control
 * sequences. A program could otherwise set the clipboard or the title, or move the cursor and forge
 * cnb's output. A style ends with its line, because a hidden one would hide cnb's next line.
 */
export function toolLine(line: string, { color }: { readonly color: boolean }): string {
  if (harmless.test(line)) return line;
  const parts = line.split(style);
  const plain = parts.map((part, index) => (index % 2 === 1 ? part : withoutCommands(part)));
  if (parts.length === 1 || !color) return plain.filter((_, index) => index % 2 === 0).join("");
  return plain.join("") + (parts.at(-2) === reset && parts.at(-1) === "" ? "" : reset);
}

const withoutCommands = (text: string): string => text.replaceAll(sequences, "").replaceAll(controls, "");
