/** An element of a pom, with its position in the text. */
export interface Element {
  readonly name: string;
  readonly inner: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the outermost elements with certain names. An element ends at the first closing tag of its
 * name. After an unclosed element, the search for its name ends, because continuing would take
 * quadratic time.
 */
export function elementsIn(text: string, names: readonly string[]): readonly Element[] {
  const found: Element[] = [];
  const endless = new Set<string>();
  const begin = new RegExp(`<(${names.join("|")})>`, "g");
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const [tag, name = ""] = match;
    const close = endless.has(name) ? -1 : text.indexOf(`</${name}>`, begin.lastIndex);
    if (close === -1) endless.add(name);
    else {
      const end = close + tag.length + 1;
      found.push({ name, inner: text.slice(begin.lastIndex, close), start: match.index, end });
      begin.lastIndex = end;
    }
  }
  return found;
}

/** Removes the outermost elements with certain names from a text. */
export function withoutElements(text: string, names: readonly string[]): string {
  const found = elementsIn(text, names);
  return [{ end: 0 }, ...found].map(({ end }, index) => text.slice(end, found[index]?.start)).join("");
}

/**
 * Removes XML comments. The search stops after the last end of a comment, so that it does not take
 * quadratic time.
 */
export function withoutComments(text: string): string {
  const end = text.lastIndexOf("-->") + 3;
  return end < 3 ? text : text.slice(0, end).replace(/<!--[\s\S]*?-->/g, "") + text.slice(end);
}
