/**
 * Parses a Java `.properties` file. If a name occurs more than once, the last value is used, as in
 * Java.
 *
 * @see
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
 */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  const lines = logicalLines(text.replace(/^\ufeff/, ""));
  return new Map(lines.map(([name, value]) => [unescaped(name), unescaped(value)]));
}

function logicalLines(text: string): readonly (readonly [name: string, value: string])[] {
  const lines: string[] = [];
  let begun: string | undefined;
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const line = natural.replace(/^[ \t\f]+/, "");
    if (begun === undefined && /^(?:[#!]|$)/.test(line)) continue;
    const isContinued = slashesBehind(line) % 2 === 1;
    const whole: string = (begun ?? "") + (isContinued ? line.slice(0, -1) : line);
    begun = isContinued ? whole : undefined;
    if (!isContinued) lines.push(whole);
  }
  return [...lines, ...(begun === undefined ? [] : [begun])].map(split);
}

// no expressions that repeat for each letter: of lines of some megabytes they fill the stack
function slashesBehind(line: string): number {
  let count = 0;
  while (line[line.length - 1 - count] === "\\") count += 1;
  return count;
}

/** A name ends at the first blank, `=` or `:` that is not escaped. */
function split(line: string): readonly [string, string] {
  const name = line.slice(0, endOfName(line));
  return [name, line.slice(name.length).replace(/^[ \t\f]*(?:[=:][ \t\f]*)?/, "")];
}

function endOfName(line: string): number {
  for (const { 0: found, index } of line.matchAll(/\\.|[ \t\f=:]/gs)) if (!found.startsWith("\\")) return index;
  return line.length;
}

const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|(.)|$)/gs, (_, hex?: string, char = "") =>
    hex === undefined ? (escapes[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
