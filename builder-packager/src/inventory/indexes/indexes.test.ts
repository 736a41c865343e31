import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CnbError } from "../../errors.ts";
import { checksumItems } from "./checksum-list.ts";
import { githubItems } from "./github.ts";
import { escaped, goItems } from "./go.ts";
import { htmlItems } from "./html.ts";
import type { IndexItem } from "./index-item.ts";
import { jsonItems } from "./json.ts";
import { mavenItems } from "./maven.ts";
import { npmItems } from "./npm.ts";
import { pypiItems } from "./pypi.ts";

const url = "https://example.com/index/";
const shape = { items: "releases[].files[]", version: "version", where: {} };
const parsers: Readonly<Record<string, (text: string) => readonly IndexItem[]>> = {
  npm: (text) => npmItems(text, "tool"),
  pypi: (text) => pypiItems(text, url),
  github: (text) => githubItems(text, url).items,
  go: (text) => goItems(text, `${url}list`),
  maven: (text) => mavenItems(text, url),
  json: (text) => jsonItems(text, url, shape),
  html: (text) => htmlItems(text, url),
  checksums: (text) => checksumItems(text, url),
};

const key = fc.constantFrom(
  "versions",
  "dist",
  "integrity",
  "files",
  "filename",
  "url",
  "hashes",
  "sha256",
  "tag_name",
  "assets",
  "name",
  "browser_download_url",
  "digest",
  "releases",
  "version",
  "__proto__",
  "constructor",
  "yanked",
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, true, 0, "1.0.0", "sha256:0", "v1.0.0", "https://example.com/a", "javascript:alert(1)"),
    fc.array(tie("any"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("any")), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
})).any;
const piece = fc.oneof(
  fc.constantFrom(
    "<a href=",
    "<a ",
    "</a>",
    '"',
    "'",
    "<versions>",
    "</versions>",
    "<version>",
    "</version>",
    "#sha256=",
    `${"0".repeat(64)}  `,
    "tool-1.0.0.tar.gz",
    "\n",
    "v1.0.0",
    "&amp;",
    "data-yanked",
    "<!--",
  ),
  fc.string({ unit: "binary", maxLength: 6 }),
);

describe.for(Object.entries(parsers))("the parser of %s indexes", ([, parse]) => {
  test("returns items with text fields or an error with a code for any input", () => {
    const documents = fc.oneof(
      value.map((each) => JSON.stringify(each)),
      fc.array(piece, { maxLength: 40 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(documents, (text) => {
        try {
          for (const { tag, file, uri, checksum, fields = {} } of parse(text))
            for (const each of [tag, file, uri, checksum, ...Object.values(fields)])
              expect(["string", "undefined"]).toContain(typeof each);
        } catch (error) {
          expect(error).toBeInstanceOf(CnbError);
          expect(error).toMatchObject({ code: "INVENTORY_SOURCE_INVALID" });
        }
      }),
      { numRuns: 300 },
    );
  });
});

test("the HTML index parser returns absolute http links with decoded file names and the checksums of their fragments", () => {
  const page = `<a class=x href='tool%2B1.tar.gz'>x</a><A HREF="/b/1.2/">dir</A><a href="javascript:x">no</a>
    <a href="https://cdn.example.com/t.zip?a=1&amp;b=2#sha256=${"a".repeat(64)}">t</a>`;
  expect(htmlItems(page, url)).toEqual([
    { tag: undefined, file: "tool+1.tar.gz", uri: "https://example.com/index/tool%2B1.tar.gz", checksum: undefined },
    { tag: undefined, file: "1.2/", uri: "https://example.com/b/1.2/", checksum: undefined },
    {
      tag: undefined,
      file: "t.zip",
      uri: "https://cdn.example.com/t.zip?a=1&b=2",
      checksum: `sha256:${"a".repeat(64)}`,
    },
  ]);
});

test("the PyPI index parser reads HTML pages, and omits yanked files and files without SHA-256", () => {
  const page = `<a href="../a-1.0.tar.gz#sha256=${"b".repeat(64)}">a</a><a href="a-1.1.tar.gz#md5=00">b</a>
    <a href="a-1.2.tar.gz#sha256=${"c".repeat(64)}" data-yanked="broken">c</a>`;
  const item = { tag: undefined, file: "a-1.0.tar.gz", uri: "https://example.com/a-1.0.tar.gz", fields: undefined };
  expect(pypiItems(page, url)).toEqual([{ ...item, checksum: `sha256:${"b".repeat(64)}` }]);
});

test("the JSON index parser adds the fields of enclosing objects to an item, and filters items by their fields", () => {
  const index = {
    releases: [{ tag: "v1.0.0", stable: true, files: [{ os: "linux", archive: { url: "x" } }, { os: "windows" }] }],
  };
  const selected = { ...shape, version: "tag", where: { os: "linux", stable: true } };
  expect(jsonItems(JSON.stringify(index), url, selected)).toEqual([
    { tag: "v1.0.0", fields: { tag: "v1.0.0", stable: "true", os: "linux", "archive.url": "x" } },
  ]);
  expect(jsonItems('{"1.0":{"a":"b"}}', url, { items: "[]", version: "a", where: {} })).toEqual([
    { tag: "b", fields: { a: "b" } },
  ]);
  expect(jsonItems('["1.0","1.1"]', url, { items: "", version: "version", where: {} }).map(({ tag }) => tag)).toEqual([
    "1.0",
    "1.1",
  ]);
});

test.for<[string, (fields: object, list: readonly object[]) => object]>([
  ["the document", (fields, list) => ({ ...fields, releases: [{ files: list }] })],
  ["each release", (fields, list) => ({ releases: list.map(() => ({ ...fields, files: [{}] })) })],
])("the JSON index parser refuses an index in which %s adds too many fields to the items", ([, index]) => {
  const fields = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`k${at}`, 1]));
  const list = Array.from({ length: 2000 }, () => ({}));
  expect(() => jsonItems(JSON.stringify(index(fields, list)), url, shape)).toThrow(
    `${url} is not an index of releases: its items have more than 2000000 fields`,
  );
});

test("the JSON index parser omits fields of nested tables whose names are longer than 200 characters", () => {
  const names = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`k${at}`, 1]));
  const index = [{ version: "1.0.0", ["a".repeat(1_000_000)]: names, ["b".repeat(198)]: { c: 1, cc: 1 } }];
  expect(jsonItems(JSON.stringify(index), url, { ...shape, items: "[]" })).toEqual([
    { tag: "1.0.0", fields: { version: "1.0.0", [`${"b".repeat(198)}.c`]: "1" } },
  ]);
});

test("the JSON index parser keeps the items whose list contains the wanted value", () => {
  const index = [
    { version: "1.0", files: ["linux-x64", 7, { a: "linux-x64" }] },
    { version: "2.0", files: ["linux-arm64", ["linux-x64"]] },
    { version: "3.0", files: null },
  ];
  const found = (where: Record<string, unknown>) =>
    jsonItems(JSON.stringify(index), url, { items: "", version: "version", where }).map(({ tag }) => tag);
  expect(found({ files: "linux-x64" })).toEqual(["1.0"]);
  expect(found({ files: 7 })).toEqual(["1.0"]);
  expect(found({ toString: "linux-x64" })).toEqual([]);
});

test("paths for a Go module proxy escape capital letters", () => {
  expect(escaped("github.com/BurntSushi/toml")).toBe("github.com/!burnt!sushi/toml");
});
