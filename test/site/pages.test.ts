import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sources } from "../../docs/site/build-site.ts";
import { navigation, pathsIn } from "../../docs/site/navigation.ts";
import { descriptionOf, pagesOf, preparedPage } from "../../docs/site/page.ts";
import { withRelativeAddresses } from "../../docs/site/relative.ts";
import { root } from "../support/cnb.ts";

const pages = pagesOf(sources());
const paths = pages.map(({ path }) => path);

test("the navigation shows every page of docs/ exactly once", () => {
  const shown = pathsIn(navigation, paths);
  expect(shown.toSorted()).toEqual(paths.filter((path) => path !== "index").toSorted());
});

test("every page has a description below its heading", () => {
  const short = pages.filter(({ source }) => {
    const body = readFileSync(join(root, source), "utf8").replace(/^# .+\n/, "");
    return descriptionOf(body).length < 30;
  });
  expect(short.map(({ source }) => source)).toEqual([]);
});

test("preparing a page for the site adds title and description, and rewrites links within the site", () => {
  const [page, ...others] = pagesOf(["docs/guide/layers.md", "docs/errors.md", "buildpacks/git/README.md"]);
  const markdown = `# The \`layers\` page

Layers are [directories](../errors.md#x). More.

[\`git\`](../../buildpacks/git), [test](../../test/needs.mjs), [here](#a), [out](https://example.com), \`[code](../errors.md)\`
\`\`\`
[code](../errors.md)
\`\`\`
A \`span
of code\`, [link](../errors.md), \`\`another \` span\`\` and [link](../errors.md), \`code\`
`;
  expect(page && preparedPage(markdown, page, [page, ...others])).toBe(`---
title: "The layers page"
description: "Layers are directories. More."
editUrl: false
---

Layers are [directories](../errors.html#x). More.

[\`git\`](../buildpacks/git.html), test, [here](#a), [out](https://example.com), \`[code](../errors.md)\`
\`\`\`
[code](../errors.md)
\`\`\`
A \`span
of code\`, [link](../errors.html), \`\`another \` span\`\` and [link](../errors.html), \`code\`
`);
});

test.for([
  ["index.html", `<a href="/__base__/">`, `<a href="./">`],
  ["index.html", `<a href="/__base__">`, `<a href="./">`],
  [
    "a/b/c.html",
    `<a href="/__base__/x.html#y"><img src="/__base__/z.svg">`,
    `<a href="../../x.html#y"><img src="../../z.svg">`,
  ],
  ["_astro/x.js", `return"/__base__/"+a`, `return(new URL("../",import.meta.url).href)+a`],
] as const)("URLs in the page %s become relative in the text %j", ([file, text, expected]) => {
  expect(withRelativeAddresses(text, file)).toBe(expected);
});
