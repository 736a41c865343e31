import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/cnb.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Every page of the repository, but for pages of apps that tests build. */
const pages = globSync(["*.md", "{docs,framework,builder-packager,buildpacks,templates,test,.github}/**/*.md"], {
  cwd: root,
  exclude: (name) => /node_modules|^dist$|fixtures/.test(name),
}).toSorted();

const codeOf = /^ *(```+)[\s\S]*?^ *\1|`[^`\n]+`/gm;

interface Link {
  readonly file: string;
  readonly anchor: string | undefined;
}

/** The links of a page to files of the repository, as paths in it. */
const linksOf = (page: string): readonly Link[] =>
  Array.from(
    read(page)
      .replace(codeOf, "")
      .matchAll(/\]\((?![a-z]+:)([^)\s#]*)(?:#([^)\s]+))?\)/g),
    ([, target = "", anchor]) => ({
      file: target === "" ? page : normalize(join(dirname(page), target)).replace(/\/$/, ""),
      anchor,
    }),
  );

/** The anchors of a page: its headings as GitHub and the site write them, and those that it sets itself. */
function anchorsOf(page: string): ReadonlySet<string> {
  const text = read(page).replace(/^ *(```+)[\s\S]*?^ *\1/gm, "");
  const headings = Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = ""]) => anchorOf(heading));
  const repeated = headings.map((heading, index) => {
    const before = headings.slice(0, index).filter((each) => each === heading).length;
    return before === 0 ? heading : `${heading}-${before}`;
  });
  return new Set([...repeated, ...Array.from(text.matchAll(/<a id="([^"]+)">/g), ([, id = ""]) => id)]);
}

const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\]\([^)]*\)/g, "]")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
    .replaceAll(" ", "-");

const isBroken = ({ file, anchor }: Link): boolean =>
  !existsSync(join(root, file)) || (anchor !== undefined && !(file.endsWith(".md") && anchorsOf(file).has(anchor)));

test("every link in the docs leads to an existing file and heading", () => {
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter(isBroken)
      .map(({ file, anchor }) => `${page}: ${file}${anchor === undefined ? "" : `#${anchor}`}`),
  );
  expect(pages.length).toBeGreaterThan(100);
  expect(broken).toEqual([]);
});

test("doc comments link to a fixed commit of the specification", () => {
  const sources = globSync("{framework,builder-packager,buildpacks/*,templates}/src/**/*.ts", { cwd: root });
  const moving = sources.filter((file) => /github\.com\/buildpacks\/spec\/(?:blob|tree)\/main/.test(read(file)));
  expect(moving).toEqual([]);
});
