import { Document, isMap, isScalar, isSeq, Scalar, stringify, visit } from "yaml";
import { commented } from "./comment.ts";

/** A step to a value: the key of a map, or the index of a list. */
type Path = readonly (string | number)[];

/** A YAML document with comments. Each comment is above the key or list item at its path. */
export interface Manifest {
  readonly value: unknown;
  readonly comments?: readonly (readonly [path: Path, text: string])[];
  /** Comments behind the strings at their paths, in the same line. */
  readonly trailing?: readonly (readonly [path: Path, text: string])[];
}

/**
 * Renders documents as one YAML stream that starts with a comment. Some parsers follow YAML 1.1, in
 * which `no` and `12:30` are not strings. Others follow YAML 1.2, in which `0o17` is not a string.
 * A string that has another meaning in either version is quoted.
 */
export function renderYaml(heading: string, manifests: readonly Manifest[]): string {
  return `${commented("#", heading)}\n${manifests.map(rendered).join("---\n")}`;
}

function rendered({ value, comments = [], trailing = [] }: Manifest): string {
  const document = new Document(value, { version: "1.1", aliasDuplicateObjects: false });
  for (const [path, text] of comments) annotate(document, path, text);
  for (const [path, text] of trailing) commentBehind(document, path, text);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "string" && stringify(node.value).startsWith('"')) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0, blockQuote: "literal", directives: false });
}

function annotate(document: Document, path: Path, text: string): void {
  const last = path.at(-1);
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const lines = text.replaceAll(/^/gm, " ");
  if (isMap(parent)) {
    const key = parent.items.map((item) => item.key).find((each) => isScalar(each) && each.value === last);
    if (isScalar(key)) {
      key.commentBefore = lines;
      return;
    }
  }
  const item = isSeq(parent) && typeof last === "number" ? parent.items[last] : undefined;
  if (!isMap(item) && !isScalar(item))
    throw new Error(`cannot add a comment to the manifest: it has no value at ${path.join(".")}`);
  item.commentBefore = lines;
}

function commentBehind(document: Document, path: Path, text: string): void {
  const node = document.getIn(path, true);
  if (!isScalar(node)) throw new Error(`cannot add a comment to the manifest: it has no string at ${path.join(".")}`);
  node.comment = ` ${text}`;
}
