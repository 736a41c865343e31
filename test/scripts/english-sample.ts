// Draws texts for a reader who does not know the project: `npm run docs:sample -- SEED`.
// The reader counts the texts at which they stop or guess. A seed draws the same texts as long as the sources stay the same.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { catalogue } from "../../builder-packager/src/errors.ts";
import type { Text } from "../architecture/english/english-texts.ts";
import { testNames } from "../architecture/english/test-names.ts";
import { root } from "../support/cnb.ts";
import { random } from "../support/differential/random.ts";

const seed = Number(process.argv[2]);
if (!Number.isInteger(seed)) {
  console.error("ERROR: the seed is missing\nHINT: run `npm run docs:sample -- 20261124`; the seed is a whole number.");
  process.exit(2);
}

const filesOf = (...patterns: readonly string[]): readonly string[] =>
  patterns
    .flatMap((pattern) =>
      globSync(pattern, { cwd: root, exclude: (name) => /node_modules|^dist$|fixtures|^api$/.test(name) }),
    )
    .filter((file) => file !== "docs/errors.md")
    .sort();

const read = (file: string): string => readFileSync(join(root, file), "utf8");

const lineOf = (source: string, offset: number): number => source.slice(0, offset).split("\n").length;

/** Paragraphs and list items of at least twelve words. Rows of tables are easier to read, and are left out. */
const paragraphs = (): readonly Text[] =>
  filesOf("*.md", "docs/**/*.md", "{framework,builder-packager,templates,buildpacks}/**/README.md").flatMap((file) => {
    const prose = read(file).replace(
      /^(```+)[^\n]*\n[\s\S]*?^\1[^\n]*$|^---\n[\s\S]*?\n---$|<!--[\s\S]*?-->/gm,
      (code) => code.replace(/[^\n]/g, ""),
    );
    return [...prose.matchAll(/(?:^(?![#|]|\s*$)[^\n]+\n?)+/gm)]
      .flatMap(({ 0: block, index }) =>
        [...block.matchAll(/(?:^|\n)(?:[-*] |\d+\. )[\s\S]*?(?=\n[-*] |\n\d+\. |$)|^[\s\S]+$/g)].map(
          ({ 0: text, index: within }) => ({ text: text.trim(), offset: index + within }),
        ),
      )
      .filter(({ text }) => text.split(/\s+/).length >= 12)
      .map(({ text, offset }) => ({ location: `${file}:${lineOf(prose, offset)}`, text }));
  });

const sources = (): readonly string[] =>
  filesOf("{framework,builder-packager,templates}/src/**/*.ts", "buildpacks/*/{src,inventory}/**/*.ts").filter(
    (file) => !/\.test\.ts$|\.d\.ts$|\/testing\//.test(file),
  );

const defaultHints: Readonly<Record<string, { readonly summary: string; readonly hint?: string }>> = catalogue;

/** Adds the hint that `cnb` prints for an error whose code has a default hint and whose arguments have none. */
const withDefaultHint = (text: string): string => {
  const [, code = ""] = /^new CnbError\( ?"([A-Z_]+)"/.exec(text) ?? [];
  const hint = /\bhint\b/.test(text) ? undefined : defaultHints[code]?.hint;
  return hint === undefined ? text : `${text} // prints the hint of ${code}: ${JSON.stringify(hint)}`;
};

/** The arguments of errors, in source, so that a reader sees where the values are. */
const errors = (): readonly Text[] =>
  sources().flatMap((file) => {
    const source = read(file);
    const found: Text[] = [];
    new Visitor({
      NewExpression: ({ callee, arguments: args, start, end }) => {
        if (!/Error$/.test(source.slice(callee.start, callee.end)) || args.length === 0) return;
        const text = source.slice(start, end).replace(/\s+/g, " ");
        if (/["`][^"`]*[a-z]+ [a-z]+/.test(text))
          found.push({ location: `${file}:${lineOf(source, start)}`, text: withDefaultHint(text) });
      },
    }).visit(parseSync(file, source).program);
    return found;
  });

/** Doc comments of exported symbols, each with the line that it describes. */
const comments = (): readonly Text[] =>
  sources().flatMap((file) => {
    const source = read(file);
    return parseSync(file, source)
      .comments.filter(
        ({ type, value, end }) =>
          type === "Block" && value.startsWith("*") && /^\s*export\b/.test(source.slice(end, end + 100)),
      )
      .map(({ start, end }) => {
        const [signature = ""] = source.slice(end).trimStart().split("\n");
        return { location: `${file}:${lineOf(source, start)}`, text: `${source.slice(start, end)}\n${signature}` };
      });
  });

const kinds = [
  { name: "paragraphs", size: 30, texts: paragraphs },
  { name: "errors", size: 40, texts: errors },
  {
    name: "test names",
    size: 40,
    texts: () => testNames("{framework,builder-packager,buildpacks,templates,test}/**/*.test.ts"),
  },
  { name: "doc comments", size: 60, texts: comments },
];

for (const { name, size, texts } of kinds) {
  const all = [...texts()];
  const total = all.length;
  const { int } = random(seed / 4_294_967_291);
  const drawn = Array.from({ length: size }, () => all.splice(int(all.length), 1)).flat();
  console.log(`# ${size} of ${total} ${name}, seed ${seed}\n`);
  drawn.forEach(({ location, text }, index) => {
    console.log(`${name} ${index + 1} · ${location}\n${text.replace(/^/gm, "  ")}\n`);
  });
}
