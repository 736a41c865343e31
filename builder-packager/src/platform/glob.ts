/** A pattern of Go's filepath.Match: `*` and `?` do not cross `/`, a class may (Go quirk), `\` escapes. Throws for a malformed one. */
export function goGlob(pattern: string): RegExp {
  const bad = () => new Error(`syntax error in pattern '${pattern}'`);
  const rest = [...pattern];
  const next = () => {
    const character = rest.shift();
    if (character === undefined) throw bad();
    return character;
  };
  const literal = (character: string) => quote(character === "\\" ? next() : character);
  let source = "";
  while (rest.length > 0) {
    const character = next();
    if (character === "*") source += "[^/]*";
    else if (character === "?") source += "[^/]";
    else if (character === "[") source += characterClass(rest, next, bad);
    else source += literal(character);
  }
  return new RegExp(`^${source}$`, "su");
}

function characterClass(rest: string[], next: () => string, bad: () => Error): string {
  const negated = rest[0] === "^" && Boolean(rest.shift());
  const bound = () => {
    const character = next();
    if (character === "-" || character === "]") throw bad();
    return character === "\\" ? next() : character;
  };
  const ranges: string[] = [];
  do {
    const low = bound();
    const high = rest[0] === "-" && rest.shift() ? bound() : low;
    // Go takes a reversed range as one that matches nothing; a regular expression refuses it.
    if ((low.codePointAt(0) ?? 0) <= (high.codePointAt(0) ?? 0)) ranges.push(`${quote(low)}-${quote(high)}`);
  } while (rest[0] !== "]");
  rest.shift();
  return `[${negated ? "^" : ""}${ranges.join("")}]`;
}

const quote = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
