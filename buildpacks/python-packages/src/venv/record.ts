/**
 * The list of a package's files in one order, without compiled code: tools list it or not, and it is written after them.
 *
 * @param text RECORD of a `.dist-info`: lines of a path, a digest and a size
 */
export function normalRecord(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line !== "" && !/^"?[^,]*__pycache__\//.test(line));
  return lines.length === 0 ? "" : `${lines.map(withoutOwnDigest).toSorted().join("\n")}\n`;
}

/** direct_url.json may have been rewritten. */
const withoutOwnDigest = (line: string): string =>
  line.replace(/^("?[^,]*\.dist-info\/direct_url\.json"?),.*$/, "$1,,");
