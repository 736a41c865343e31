/**
 * The list of a package's files in one order, without compiled code: tools list it or not, and it is written after them.
 *
 * @param text RECORD of a `.dist-info`: lines of a path, a digest and a size
 * @param rewritten names of files of the `.dist-info` whose digests are not theirs any more
 */
export function normalRecord(text: string, rewritten: readonly string[] = ["direct_url.json"]): string {
  const lines = text.split(/\r?\n/).filter((line) => line !== "" && !/^"?[^,]*__pycache__\//.test(line));
  return lines.length === 0
    ? ""
    : `${lines
        .map((line) => withoutDigest(line, rewritten))
        .toSorted()
        .join("\n")}\n`;
}

function withoutDigest(line: string, rewritten: readonly string[]): string {
  const [, path, name = ""] = /^("?[^,]*\.dist-info\/([^/,"]*)"?),.*$/.exec(line) ?? [];
  return rewritten.includes(name) ? `${path},,` : line;
}
