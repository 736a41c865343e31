/**
 * Escapes control characters (`\x1b`), so that a text cannot move a terminal's cursor, clear its
 * screen, set its title or change the text direction. File names and texts of an app may contain
 * such characters. Newlines and tabs are kept.
 */
export const printable = (text: string): string => (harmless.test(text) ? text : text.replace(controls(), escaped));

/**
 * Removes cursor movements and colors from a line of a tool's output, for an output that is not a
 * terminal.
 */
export const plainLine = (text: string): string =>
  harmless.test(text) ? text : text.replace(sequences(), "").replace(controls(), "");

// Nearly all texts are: found out ten times as fast as what to replace, which counts for a tool that prints millions of lines.
const harmless = /^[\t\n -~]*$/;

// Functions, as detect would parse them for nothing.
// ESC or CSI; then CSI (cursor, colours), OSC and the like up to their terminator, those of two characters.
const sequences = () =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u001b\u009b](?:(?:\[|(?<=\u009b))[0-?]*[ -/]*[@-~]|[\]P^_X][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

// All controls but tab and line feed, and the marks that change the direction of what follows.
const controls = () => /(?![\n\t])[\p{Control}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
