/** A block of a yarn.lock: its keys, each with a text or a nested block. */
export interface Block {
  readonly [key: string]: string | Block;
}

/**
 * Parses a yarn.lock of any version of Yarn. Blocks are nested by indentation. A line is
 * `key value` in Yarn 1, and `key: value` since Yarn 2. A full parser of either syntax would take a
 * hundred times as long, and a lockfile may have 30,000 lines.
 */
export function parseLockfile(text: string): Block {
  const root: MutableBlock = Object.create(null);
  const open: { readonly indent: number; readonly block: MutableBlock }[] = [{ indent: -1, block: root }];
  for (const { indent, key, value } of linesOf(text)) {
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const { block } = open.at(-1) ?? { block: root };
    if (value !== undefined) block[key] = value;
    else {
      const inner: MutableBlock = Object.create(null);
      block[key] = inner;
      open.push({ indent, block: inner });
    }
  }
  return root;
}

/**
 * Splits a key of a yarn.lock into the dependency patterns in it: `"a@^1, a@^2"`, and in Yarn 1
 * also `a@^1, "@b/c@^2"`.
 */
export const patternsOf = (key: string): readonly string[] =>
  [...key.matchAll(/"((?:[^"\\]|\\.)*)"|[^",]+/g)]
    .flatMap(([found, quoted]) => (quoted ?? found).split(", "))
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== "");

/** Returns the value of a key if it is a text, otherwise `undefined`. */
export const textAt = (block: Block, key: string): string | undefined => {
  const found = block[key];
  return typeof found === "string" ? found : undefined;
};

interface MutableBlock {
  [key: string]: string | MutableBlock;
}

interface Line {
  readonly indent: number;
  readonly key: string;
  /** `undefined`: a block follows. */
  readonly value: string | undefined;
}

function* linesOf(text: string): Generator<Line> {
  let longKey: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const content = line.trim();
    if (content === "" || content.startsWith("#")) continue;
    const indent = line.length - line.trimStart().length;
    // Yarn 2 and newer write keys of more than 1024 characters as YAML demands it: `? "…"`, then `:`
    if (content.startsWith("? ")) longKey = content.slice(2);
    else if (content === ":" && longKey !== undefined) yield { indent, key: unquoted(longKey), value: undefined };
    else yield { indent, ...partsOf(content) };
  }
}

function partsOf(content: string): Pick<Line, "key" | "value"> {
  if (content.endsWith(":")) return { key: header(content.slice(0, -1)), value: undefined };
  const [, quoted, plain = "", rest = ""] = /^(?:("(?:[^"\\]|\\.)*"):?|([^\s"]+?):?)\s+(.*)$/.exec(content) ?? [];
  return { key: unquoted(quoted ?? plain), value: unquoted(rest) };
}

/** One quoted text, or patterns of Yarn 1 of which some are quoted. */
const header = (key: string): string => (/^"(?:[^"\\]|\\.)*"$/.test(key) ? unquoted(key) : key);

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
