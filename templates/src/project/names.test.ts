import { describe, expect, test } from "vitest";
import { checkApi, checkId, checkVersion, lineProblem, packageNameOf, slug, suggestedId, titleOf } from "./names.ts";

test.for([
  ["my-bp", "my-bp"],
  ["My Bäckerei 2", "my-backerei-2"],
  ["..hidden", "hidden"],
  ["a_b", "a-b"],
  ["日本", ""],
  [".", ""],
])("the name %j is converted to the ID %j", ([text = "", expected]) => expect(slug(text)).toBe(expected));

test.for([
  ["acme/node-engine", "Node Engine"],
  ["my-bp", "My Bp"],
  ["-", ""],
])("the title derived from the ID %j is %j", ([id = "", expected]) => expect(titleOf(id)).toBe(expected));

test.for([
  ["acme/node", "acme-node"],
  ["Acme/Node.JS", "acme-node.js"],
  ["libcnb", "libcnb-buildpack"],
  ["-", "my-buildpack"],
])("the npm package name derived from the ID %j is %j", ([id = "", expected]) =>
  expect(packageNameOf(id, ["libcnb"])).toBe(expected),
);

describe("a buildpack id", () => {
  test.for(["a", "acme/node", "Acme.Org/a/b-1"])("%j is accepted", (id) => expect(checkId(id)).toBe(id));

  test.for([
    ["my_bp", "my-bp"],
    ["Acme Corp/Föö", "acme-corp/foo"],
    ["/a//b/", "a/b"],
    ["app", "app-buildpack"],
    ["sbom", "sbom-buildpack"],
    ["..", "my-buildpack"],
    ["a/..", "a"],
    ["", "my-buildpack"],
    ['"', "my-buildpack"],
    ["a\nb", "a-b"],
  ])("%j is refused with the suggestion %j", ([id = "", suggestion]) => {
    expect(suggestedId(id)).toBe(suggestion);
    expect(() => checkId(id)).toThrow(expect.objectContaining({ hint: `Use another id, for example ${suggestion}.` }));
    expect(checkId(suggestedId(id))).toBe(suggestion);
  });
});

test.for([
  ["v1.2", "1.2.0"],
  ["1.2.3-beta.1", "1.2.3"],
  ["01.0.0", "1.0.0"],
  ["next", "0.1.0"],
])("the buildpack version %j is refused with the suggestion %j", ([version = "", suggestion]) => {
  expect(() => checkVersion(version)).toThrow(
    expect.objectContaining({ hint: `Write for example --version ${suggestion}.` }),
  );
  expect(checkVersion(suggestion ?? "")).toBe(suggestion);
});

test("a Buildpack API that the framework does not implement is refused", () => {
  expect(() => checkApi("0.8")).toThrow(expect.objectContaining({ hint: "Use one of 0.10, 0.11, 0.12." }));
});

test.for([
  ["quotes, a backslash and non-ASCII letters is accepted", 'Reads "quotes" and \\ and ü', undefined],
  ["a line break is refused", "two\nlines", "contains line breaks or control characters"],
  ["a control character is refused", "\u001b[31mred", "contains line breaks or control characters"],
  ["a lone surrogate is refused", "\ud800", "is not valid Unicode"],
  ["501 characters is refused", "x".repeat(501), "is longer than 500 characters"],
])("an author's text with %s", ([, text, problem]) => expect(lineProblem(text ?? "")).toBe(problem));
