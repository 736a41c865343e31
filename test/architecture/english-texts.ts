import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { root } from "../support/cnb.ts";

/** A text that somebody reads, and where it is. */
export interface Text {
  readonly place: string;
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
    .map((text) => ({ place: file, text }));
}

/** The prose of all pages that a pattern names. */
export const pages = (...patterns: readonly string[]): readonly Text[] =>
  patterns.flatMap(inRepository).flatMap(sentencesOf);

/** Texts of three and more words in sources, with a gap for each value: errors, hints, logs, help. */
export function textsInSources(...patterns: readonly string[]): readonly Text[] {
  return patterns
    .flatMap(inRepository)
    .filter((file) => !/\.test\.ts$|\.d\.ts$|conformance\.ts$/.test(file))
    .flatMap((file) => {
      const source = read(file);
      const found: Text[] = [];
      const add = (start: number, text: string) => {
        if (/[a-z]+ [a-z]+ \S/i.test(text) && !/\n|^[A-Z_]+=|^-----/.test(text))
          found.push({ place: `${file}:${source.slice(0, start).split("\n").length}`, text });
      };
      new Visitor({
        Literal: ({ value, start }) => void (typeof value === "string" && add(start, value)),
        TemplateLiteral: ({ quasis, start }) =>
          add(start, quasis.map(({ value }) => value.cooked ?? value.raw).join("…")),
      }).visit(parseSync(file, source).program);
      return found;
    });
}
