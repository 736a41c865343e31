import { keyPositions, type Position, valueSpans } from "./toml-keys.ts";

/** A string in a TOML file with its new value. */
export interface StringEdit {
  /** The path of the key, such as `order[0].group[1].version`. */
  readonly path: string;
  readonly value: string;
}

/**
 * Replaces strings in a TOML file. Comments, spaces, and the kind of the quotes are unchanged. The
 * text must be valid, and each path must be that of a string.
 *
 * @example `editedToml('version = "1" # now', [{ path: "version", value: "2" }]) // 'version = "2"
 * # now'`
 */
export function editedToml(text: string, edits: readonly StringEdit[]): string {
  const spans = valueSpans(text);
  const located = edits.flatMap(({ path, value }) => {
    const span = spans.get(path);
    return span === undefined ? [] : [{ ...span, value }];
  });
  return located
    .toSorted((a, b) => b.start - a.start) // the last one first, so that the others stay where they are
    .reduce((edited, { start, end, value }) => {
      const isLiteral = edited[start] === "'" && !/['\n]/.test(value);
      return edited.slice(0, start) + (isLiteral ? `'${value}'` : JSON.stringify(value)) + edited.slice(end);
    }, text);
}

/**
 * Returns the line and column of a key in a TOML file; undefined if the file does not have the key.
 */
export const positionIn = (text: string, path: string): Position | undefined => keyPositions(text).get(path);
