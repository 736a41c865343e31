import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Expression, parseSync, Visitor } from "oxc-parser";
import { root } from "../../support/cnb.ts";

/** A text that somebody reads, and where it is. */
export interface Text {
  readonly location: string;
  readonly text: string;
}

const inRepository = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: root, exclude: (name) => /node_modules|^dist$|fixtures/.test(name) }).sort();

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The sentences of a Markdown page, without code, tables' rulers, headings and addresses. */
export function sentencesOf(file: string): readonly Text[] {
  const prose = read(file)
    .replace(/^(```+)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^\|.*$/gm, (row) => row.replace(/ \| /g, ".\n\n").replaceAll("|", ""))
    .replace(/^#.*$/gm, "")
    .replace(/\]\([^)]*\)/g, "]");
  return prose
    .split(/(?<=[.!?:])\s+|\n\s*\n|\n[-*] |\n\d+\. /)
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text.split(" ").length > 2)
    .map((text) => ({ location: file, text }));
}

/** The prose of all pages that a pattern names. */
export const pages = (...patterns: readonly string[]): readonly Text[] =>
  patterns.flatMap(inRepository).flatMap(sentencesOf);

/** The sources of all files that a pattern names. */
export const sources = (...patterns: readonly string[]): readonly (readonly [file: string, source: string])[] =>
  patterns.flatMap(inRepository).map((file) => [file, read(file)]);

/** A position in a source as `file:line`. */
export const locationIn = (file: string, source: string, start: number): string =>
  `${file}:${source.slice(0, start).split("\n").length}`;

/** Texts of three and more words in sources, with a gap for each value: errors, hints, logs, help. */
export function textsInSources(...patterns: readonly string[]): readonly Text[] {
  return sources(...patterns)
    .filter(([file]) => !/\.test\.ts$|\.d\.ts$|conformance\.ts$/.test(file))
    .flatMap(([file, source]) => {
      const found: Text[] = [];
      const add = (node: Literal | TemplateLiteral) => {
        const text = literalText(node);
        if (text !== undefined && /[a-z]+ [a-z]+ \S/i.test(text) && !/\n|^[A-Z_]+=|^-----/.test(text))
          found.push({ location: locationIn(file, source, node.start), text });
      };
      new Visitor({ Literal: add, TemplateLiteral: add }).visit(parseSync(file, source).program);
      return found;
    });
}

type Literal = Extract<Expression, { type: "Literal" }>;
type TemplateLiteral = Extract<Expression, { type: "TemplateLiteral" }>;

/** The text of a string or template literal, with `…` for each value. */
export function literalText(node: { readonly type: string }): string | undefined {
  if (node.type === "TemplateLiteral")
    return (node as TemplateLiteral).quasis.map(({ value }) => value.cooked ?? value.raw).join("…");
  const { value } = node as Literal;
  return node.type === "Literal" && typeof value === "string" ? value : undefined;
}

/** The sentences of doc comments without code, examples and references; `isExported` selects those of exported symbols. */
export function docComments(
  { isExported = false }: { readonly isExported?: boolean },
  ...patterns: readonly string[]
): readonly Text[] {
  return sources(...patterns)
    .filter(([file]) => !file.endsWith(".test.ts"))
    .flatMap(([file, source]) =>
      parseSync(file, source)
        .comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"))
        .filter(({ end }) => !isExported || /^\s*export\b/.test(source.slice(end, end + 100)))
        .flatMap(({ value, start }) =>
          docSentences(value).map((text) => ({ location: locationIn(file, source, start), text })),
        ),
    );
}

const docSentences = (comment: string): readonly string[] =>
  comment
    .replace(/^\s*\* ?/gm, "")
    .replace(/```[\s\S]*?```/g, "")
    .replace(/@(example|see)\b[\s\S]*?(?=\n@|$)/g, "")
    .split(/(?<=[.!?:])\s+|\n\s*\n|\n[-*] |@[a-z]+ /)
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text !== "");
