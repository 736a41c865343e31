const ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  "\\": "\\\\",
};

const LONE_SURROGATE = "[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]";
const ESCAPED = new RegExp(`[\\x00-\\x1f\\x7f-\\x9f\\\\]|${LONE_SURROGATE}`, "g");

const hex = (character: string): string => {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`
    : `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
};

/**
 * Formats a text as a JavaScript string literal, as `util.inspect` does: in the first of `'`, `"`
 * and backquote that the text does not contain.
 */
export function quoted(text: string): string {
  const escaped = text.replace(ESCAPED, (character) => ESCAPES[character] ?? hex(character));
  if (!text.includes("'")) {
    return `'${escaped}'`;
  }
  if (!text.includes('"')) {
    return `"${escaped}"`;
  }
  return text.includes("`") || text.includes("${") ? `'${escaped.replaceAll("'", "\\'")}'` : `\`${escaped}\``;
}
