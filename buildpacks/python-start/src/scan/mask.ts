/**
 * Replaces comments, the contents of strings and the ends of continued lines in Python source by
 * blanks, so that they are not mistaken for code. Offsets are unchanged.
 */
export function mask(source: string): string {
  const out: string[] = [];
  let depth = 0;
  for (let at = 0; at < source.length; ) {
    const char = source.charAt(at);
    const end = endAt(source, at, char);
    if ("([{".includes(char)) depth += 1;
    if (")]}".includes(char)) depth = Math.max(0, depth - 1);
    if (isQuote(char)) out.push(char, " ".repeat(Math.max(0, end - at - 2)), end - at > 1 ? char : "");
    else if (char === "#") out.push(" ".repeat(end - at));
    else if (char === "\\" && /^\\\r?\n/.test(source.slice(at, at + 3))) {
      const length = source.charAt(at + 1) === "\r" ? 3 : 2;
      out.push(" ".repeat(length));
      at += length - 1;
    } else out.push((char === "\n" && depth > 0) || char === "\r" ? " " : char);
    at = Math.max(end, at + 1);
  }
  return out.join("");
}

/** The end of the comment, the text or the character at `at`. */
function endAt(source: string, at: number, char: string): number {
  if (char === "#") return endOfLine(source, at);
  return isQuote(char) ? endOfText(source, at) : at + 1;
}

const isQuote = (char: string): boolean => char === '"' || char === "'";

function endOfLine(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}

// Python itself permits fewer texts within texts.
const deepest = 100;

/** Behind the text whose first quote is at `start`. One that is not closed ends with its line, or with the file. */
function endOfText(source: string, start: number, level = 0): number {
  const quote = source.charAt(start);
  const closing = source.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  const hasFields = level < deepest && /(?<![\w])[rR]?[fFtT][rR]?$/.test(source.slice(Math.max(0, start - 3), start));
  for (let at = start + closing.length; at < source.length; ) {
    const char = source.charAt(at);
    if (source.startsWith(closing, at)) return at + closing.length;
    if (char === "\n" && closing.length === 1) return at;
    if (char === "\\") at += 2;
    else if (hasFields && char === "{")
      at = source.charAt(at + 1) === "{" ? at + 2 : endOfField(source, at, closing, level);
    else at += 1;
  }
  return source.length;
}

/**
 * Behind a field `{…}` of a formatted text. Since Python 3.12 it may hold any code, with texts in the same quotes; behind
 * a colon is its format, where a quote is a letter. At the quotes that close the text around it, it has ended, too.
 */
function endOfField(source: string, start: number, closing: string, level: number): number {
  let depth = 0;
  let inFormat = false;
  for (let at = start + 1; at < source.length; ) {
    const char = source.charAt(at);
    if (inFormat && (source.startsWith(closing, at) || (char === "\n" && closing.length === 1))) return at;
    if (char === "}" && depth === 0) return at + 1;
    if (inFormat) at = char === "{" && level < deepest ? endOfField(source, at, closing, level + 1) : at + 1;
    else if (isQuote(char)) at = endOfText(source, at, level + 1);
    else if (char === "#") at = endOfLine(source, at);
    else {
      if ("([{".includes(char)) depth += 1;
      if (")]}".includes(char)) depth -= 1;
      inFormat = char === ":" && depth === 0;
      at += 1;
    }
  }
  return source.length;
}
