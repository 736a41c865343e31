import { describe, expect, test } from "vitest";
import { type Dependency, formatDependency, parseRelations, satisfies, type VersionOperator } from "./relation.ts";

describe("Debian package relationships", () => {
  test.for<[string, Dependency[]]>([
    ["libc6", [[{ name: "libc6" }]]],
    ["libc6 (>= 2.36)", [[{ name: "libc6", constraint: { operator: ">=", version: "2.36" } }]]],
    ["a, b", [[{ name: "a" }], [{ name: "b" }]]],
    ["mawk | awk (<< 2)", [[{ name: "mawk" }, { name: "awk", constraint: { operator: "<<", version: "2" } }]]],
    ["python3:any (>= 3)", [[{ name: "python3", qualifier: "any", constraint: { operator: ">=", version: "3" } }]]],
    ["a(=1:2.3-4)", [[{ name: "a", constraint: { operator: "=", version: "1:2.3-4" } }]]],
    [
      "a (< 1), b (> 1)",
      [
        [{ name: "a", constraint: { operator: "<=", version: "1" } }],
        [{ name: "b", constraint: { operator: ">=", version: "1" } }],
      ],
    ],
    ["libstdc++6 [amd64 arm64] <!nocheck> <cross>", [[{ name: "libstdc++6" }]]],
    ["a,\n b", [[{ name: "a" }], [{ name: "b" }]]],
    ["a (~ 1)", [[{ name: "a (~ 1)" }]]],
  ])("are parsed from the text %j", ([text, dependencies]) => {
    expect(parseRelations(text)).toEqual(dependencies);
  });

  test("are empty for an empty text", () => expect(parseRelations("")).toEqual([]));

  test("are formatted as in Debian's control files", () => {
    expect(parseRelations("a:any(>=1)|b").map(formatDependency)).toEqual(["a:any (>= 1) | b"]);
  });

  test.for<[VersionOperator, string, readonly boolean[]]>([
    ["<<", "version 1, but not 2 or 3", [true, false, false]],
    ["<=", "the versions 1 and 2, but not 3", [true, true, false]],
    ["=", "version 2, but not 1 or 3", [false, true, false]],
    [">=", "the versions 2 and 3, but not 1", [false, true, true]],
    [">>", "version 3, but not 1 or 2", [false, false, true]],
  ])('with the constraint "%s 2" match %s', ([operator, , expected]) => {
    expect(["1", "2", "3"].map((version) => satisfies(version, { operator, version: "2" }))).toEqual(expected);
  });
});
