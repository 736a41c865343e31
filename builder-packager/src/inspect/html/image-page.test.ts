// @needs processes
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { labelsOf, withEnv, withLabels } from "../../oci/model/mutate.ts";
import { lookedInto, tinyApp } from "../testing/tiny-app.ts";
import { imagePage } from "./image-page.ts";
import { type PageNode, pageTree } from "./page-tree.ts";

const evil = "</script><img src=x onerror=alert(1)><!--\u2028\u202e'\"&";
let dir: string;
let page: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "page-"));
  const app = await tinyApp(dir, {
    node: "1.0.0",
    files: `/w/</script><script>alert(1)</script>\u202e:5 /w/__proto__:1`,
  });
  const image = withEnv(withLabels(app, { ...labelsOf(app), [evil]: evil }), { EVIL: evil });
  const about = { digest: `sha256:${evil}` as const, platform: evil, platforms: [evil, evil] };
  page = await imagePage({ name: evil, about, image, ...(await lookedInto(image)) });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const between = (start: string, end: string) => {
  const from = page.indexOf(start) + start.length;
  return page.slice(from, page.indexOf(end, from));
};

test("the HTML page escapes names and labels", () => {
  // the page has these elements and no other way to run or to fetch something
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
  const tags = page.replace(between("<script>", "</script>"), "").match(/<[^>]*>/g) ?? [];
  expect([...new Set(tags.map((tag) => /^<\/?([!\w]+)/.exec(tag)?.[1]))].sort()).toEqual([
    "!doctype",
    "b",
    "body",
    "button",
    "code",
    "details",
    "div",
    "footer",
    "h1",
    "h2",
    "head",
    "header",
    "html",
    "input",
    "label",
    "main",
    "meta",
    "noscript",
    "option",
    "p",
    "script",
    "section",
    "select",
    "span",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
  ]);
  expect(tags.filter((tag) => /\s(on\w+|src|href|style)=/i.test(tag))).toEqual([]);
  expect(page).not.toMatch(/\u202e/);
  expect(page).not.toMatch(/https?:/);
});

test("the HTML page's content security policy allows only its own script and style", () => {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = between('http-equiv="Content-Security-Policy" content="', '"').replaceAll("&#39;", "'");
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    `script-src ${hash(between("<script>", "</script>"))}`,
    `style-src ${hash(between("<style>", "</style>"))}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
});

test("the HTML page embeds the image's data", () => {
  const data = JSON.parse(between('id="data">', "</script>"));
  const bars = data.layers.map(
    ({ maker, unpacked, colour }: Record<string, unknown>) => `${maker} ${unpacked} ${colour}`,
  );
  expect(bars).toEqual([
    "run image 4096 run-image",
    "x/node@1.0.0 layer node 6656 buildpack-0",
    "application 4096 app",
    "launcher 2048 launcher",
  ]);
  expect(data.tree.c.find(({ n }: PageNode) => n === "w")).toEqual({
    n: "w",
    v: 1,
    c: [
      { n: "<", v: 1, c: [expect.objectContaining({ n: "script><script>alert(1)<" })] },
      { n: "__proto__", v: 1, e: [[2, "-", 1, 0o755, 0, 0]] },
    ],
  });
});

test("the HTML page shows layers, processes and labels without scripts", () => {
  const withoutData = page.replace(between('id="data">', "</script>"), "");
  for (const reported of ["x/node@1.0.0 layer node", "node --port $PORT x", "example.com/run@sha256:1", "EVIL"])
    expect(withoutData).toContain(`>${reported}`);
});

// the launcher, the runtime and what is below the app are larger than 9 bytes, or have them: 4 files
test.for<[string, string, number, readonly string[], unknown]>([
  [
    "counts the smallest files of a directory instead of listing them if the image has too many files",
    "/w/a:1 /w/b:2 /w/c:300",
    5,
    ["c"],
    [2, { 2: 3 }],
  ],
  [
    "lists the first of several files of equal size and counts the rest if the image has too many files",
    "/w/a:1 /w/b:1 /w/c:1",
    5,
    ["a"],
    [2, { 2: 2 }],
  ],
  ["lists all files if the image does not have too many", "/w/a:1 /w/b:2 /w/c:300", 7, ["a", "b", "c"], undefined],
])("the HTML page %s", async ([, files, limit, listed, counted]) => {
  const { trees, merged } = await lookedInto(await tinyApp(dir, { node: "1", files }));
  const w = pageTree(trees, merged, limit).c?.find(({ n }) => n === "w");
  expect(w?.c?.map(({ n }) => n)).toEqual(listed);
  expect(w?.f).toEqual(counted);
});

test("the HTML page reports removed and hidden files", async () => {
  const files = "/workspace/.wh.gone:0 /etc/.wh..wh..opq:0 /etc/hosts>x";
  const { trees, merged } = await lookedInto(await tinyApp(dir, { node: "1", files }));
  const at = (...names: string[]) =>
    names.reduce<PageNode | undefined>((node, name) => node?.c?.find(({ n }) => n === name), pageTree(trees, merged));
  expect(at("workspace", "gone")).toEqual({
    n: "gone",
    h: 700,
    e: [
      [0, "-", 700, 0o755, 0, 0],
      [2, "w"],
    ],
  });
  expect(at("etc")).toEqual({
    n: "etc",
    v: 1,
    e: [[2, "o"]],
    c: [
      {
        n: "hosts",
        v: 1,
        h: 20,
        e: [
          [0, "-", 20, 0o755, 0, 0],
          [2, "l", 0, 0o755, 0, 0, "x"],
        ],
      },
    ],
  });
});
