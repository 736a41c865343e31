import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesGlob } from "./glob.ts";
import { isLicenseEntry, refusedLicenses } from "./licenses.ts";
import { formatPurl, parsePurl } from "./purl.ts";
import { type RangeMatch, rangeFor } from "./version-range.ts";

describe("a wildcard pattern in a policy", () => {
  test.for<readonly [pattern: string, text: string]>([
    ["a", "a"],
    ["*", ""],
    ["a*c", "abbc"],
    ["*/run:*", "example.com/run:1"],
    ["", ""],
  ])("such as %j matches the text %j", ([pattern, text]) => expect(matchesGlob(pattern, text)).toBe(true));

  test.for<readonly [pattern: string, text: string]>([
    ["a", "ab"],
    ["a*c", "abcd"],
    ["a.c", "abc"],
  ])("such as %j does not match the text %j", ([pattern, text]) => expect(matchesGlob(pattern, text)).toBe(false));

  test("matches the same texts as the equivalent regular expression", () => {
    const words = fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 12 }).map((each) => each.join(""));
    fc.assert(
      fc.property(words, words, (pattern, text) => {
        const escaped = pattern.replaceAll("*", ".*");
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${escaped}$`).test(text));
      }),
    );
  });

  test("with many wildcards is compared with a long text in bounded time", () => {
    expect(matchesGlob(`${"a*".repeat(100)}b`, "a".repeat(20_000))).toBe(false);
  });
});

describe("a Package URL", () => {
  test.for<readonly [text: string, expected: ReturnType<typeof parsePurl>]>([
    ["pkg:npm/lodash@4.17.20", { type: "npm", path: "lodash", version: "4.17.20" }],
    ["pkg:npm/%40acme/web@1.0.0?arch=x#sub", { type: "npm", path: "@acme/web", version: "1.0.0" }],
    ["pkg:npm/@acme/web", { type: "npm", path: "@acme/web" }],
    ["pkg:DEB/debian/libc6@1%3A2.36", { type: "deb", path: "debian/libc6", version: "1:2.36" }],
    ["pkg:npm/*", { type: "npm", path: "*" }],
  ])("such as %j is parsed to %j", ([text, expected]) => expect(parsePurl(text)).toEqual(expected));

  test.for(["npm:lodash", "pkg:npm/", "pkg:npm/%E0%A4%A", `pkg:npm/${"a".repeat(3000)}`])(
    "such as %j is not valid",
    (text) => expect(parsePurl(text)).toBeUndefined(),
  );

  test("is parsed to the type, path and version from which the URL was created", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9._+-]{0,10}$/);
    const parts = fc.record({
      type: fc.constantFrom("npm", "deb"),
      names: fc.array(name, { minLength: 1, maxLength: 3 }),
      version: name,
    });
    fc.assert(
      fc.property(parts, ({ type, names, version }) => {
        const path = names.join("/");
        const text = `pkg:${type}/${names.map(encodeURIComponent).join("/")}@${encodeURIComponent(version)}?a=b`;
        expect(parsePurl(text)).toEqual({ type, path, version });
        expect(formatPurl({ type, path, version })).toBe(`pkg:${type}/${path}@${version}`);
      }),
    );
  });

  test("with any text after pkg: is parsed or refused without an exception", () => {
    fc.assert(fc.property(fc.string(), (text) => void parsePurl(`pkg:${text}`)));
  });
});

test.for<readonly [type: string, range: string, version: string, expected: RangeMatch]>([
  ["npm", ">=1 <2", "1.5.0", "inside"],
  ["npm", ">=1 <2", "1.5.0-rc.1", "inside"],
  ["npm", ">=1 <2", "2.0.0", "outside"],
  ["npm", ">=1 <2", "next", "unknown"],
  ["golang", "<1.2.3", "v1.2.2", "inside"],
  ["pypi", ">=1.0rc1,<2", "1.0rc2", "inside"],
  ["deb", "<2.36-9+deb12u10", "2.36-9+deb12u4", "inside"],
  ["deb", ">=1.0, !=1.2", "1.2", "outside"],
  ["deb", "=1:1.0~rc1", "1:1.0~rc1", "inside"],
  ["maven", "<2.17.1", "2.9.0", "inside"],
  ["maven", "<2.17.1", "", "unknown"],
])(
  "for the package type %s, the version range %j compared with the version %j returns %j",
  async ([type, range, version, expected]) => {
    expect((await rangeFor(type, range))?.(version)).toBe(expected);
  },
);

test.for<readonly [type: string, range: string]>([
  ["npm", "lots"],
  ["deb", "^1"],
  ["deb", ""],
  ["deb", `>=${"1".repeat(300)}`],
])("for the package type %s, the version range %j is not valid", async ([type, range]) => {
  expect(await rangeFor(type, range)).toBeUndefined();
});

describe("the licence check of a policy", () => {
  test.for<readonly [expression: string, lists: Parameters<typeof refusedLicenses>[1], refused: readonly string[]]>([
    ["MIT AND ISC", { allow: ["MIT"], deny: [] }, ["ISC"]],
    ["(MIT OR ISC) AND AGPL-3.0-only", { allow: undefined, deny: ["AGPL-*"] }, ["AGPL-3.0-only"]],
    ["GPL-2.0", { allow: undefined, deny: ["GPL-2.0-only"] }, ["GPL-2.0"]],
    [
      "GPL-2.0-only WITH Classpath-exception-2.0",
      { allow: undefined, deny: ["GPL-*"] },
      ["GPL-2.0-only WITH Classpath-exception-2.0"],
    ],
    ["GPL-2.0-only", { allow: ["GPL-2.0-only WITH Classpath-exception-2.0"], deny: [] }, ["GPL-2.0-only"]],
    ["The Acme Licence", { allow: ["MIT"], deny: [] }, ["The Acme Licence"]],
    ["MIT", { allow: ["MIT"], deny: ["MIT"] }, ["MIT"]],
  ])(
    "applied to the expression %j with the licence lists %j refuses the licences %j",
    ([expression, lists, refused]) => {
      expect(refusedLicenses(expression, lists)).toEqual(refused);
    },
  );

  test.for<readonly [expression: string, lists: Parameters<typeof refusedLicenses>[1]]>([
    ["MIT", { allow: undefined, deny: [] }],
    ["mit", { allow: ["MIT"], deny: [] }],
    ["MIT OR ISC", { allow: ["MIT"], deny: [] }],
    ["GPL-2.0+", { allow: ["GPL-2.0-or-later"], deny: [] }],
    ["GPL-2.0-only WITH Classpath-exception-2.0", { allow: ["GPL-2.0-only"], deny: [] }],
    [
      "GPL-2.0-only WITH Classpath-exception-2.0",
      { allow: ["MIT", "GPL-2.0-only WITH Classpath-exception-2.0"], deny: ["GPL-2.0-only"] },
    ],
    ["The Acme Licence", { allow: ["The Acme*"], deny: [] }],
    ["LicenseRef-Acme", { allow: ["LicenseRef-*"], deny: [] }],
  ])("permits the expression %j with the licence lists %j", ([expression, lists]) => {
    expect(refusedLicenses(expression, lists)).toEqual([]);
  });

  test.for(["MIT", "mit", "GPL-*", "LicenseRef-Acme", "GPL-2.0-only WITH Classpath-exception-2.0"])(
    "accepts %j as an entry of a licence list",
    (entry) => expect(isLicenseEntry(entry)).toBe(true),
  );

  test.for(["MIT OR ISC", "MTI"])("refuses %j as an entry of a licence list", (entry) =>
    expect(isLicenseEntry(entry)).toBe(false),
  );

  test("permits an expression of AND and OR exactly if it is true for the allowed licences", () => {
    const names = ["MIT", "ISC", "Zlib", "0BSD"];
    const { expression } = fc.letrec<{ expression: Tree; name: Tree; joined: Tree }>((tie) => ({
      expression: fc.oneof({ depthSize: "small" }, tie("name"), tie("joined")),
      name: fc.constantFrom(...names),
      joined: fc.tuple(tie("expression"), fc.constantFrom("AND" as const, "OR" as const), tie("expression")),
    }));
    fc.assert(
      fc.property(expression, fc.subarray(names), (tree, allow) => {
        const isPermitted = refusedLicenses(written(tree), { allow, deny: [] }).length === 0;
        expect(isPermitted).toBe(isTrue(tree, allow));
      }),
    );
  });

  test("reads any text as an expression without an exception", () => {
    fc.assert(fc.property(fc.string(), (text) => void refusedLicenses(text, { allow: ["MIT"], deny: ["*GPL*"] })));
  });
});

type Tree = string | readonly [Tree, "AND" | "OR", Tree];

const written = (tree: Tree): string =>
  typeof tree === "string" ? tree : `(${written(tree[0])} ${tree[1]} ${written(tree[2])})`;

function isTrue(tree: Tree, allow: readonly string[]): boolean {
  if (typeof tree === "string") return allow.includes(tree);
  const [left, right] = [isTrue(tree[0], allow), isTrue(tree[2], allow)];
  return tree[1] === "AND" ? left && right : left || right;
}
