import { expect, test } from "vitest";
import type { Layer } from "../oci/model/image.ts";
import type { PackagedModule, SourceModule } from "./module.ts";
import { orderIssues } from "./order-rules.ts";

/** `a@1: b@1 c` is the composite buildpack `a@1` with the members of its order. */
function module(text: string): PackagedModule {
  const [name = "", members = ""] = text.split(":");
  const [id = "", version = ""] = name.split("@");
  const group = members.split(" ").flatMap((member) => {
    const [memberId, memberVersion] = member.split("@");
    return memberId ? [{ id: memberId, ...(memberVersion && { version: memberVersion }) }] : [];
  });
  const facts = { api: "0.10", ...(group.length > 0 && { order: [{ group }] }) };
  return { kind: "buildpack", id, version, facts, description: {}, layer: {} as Layer };
}

test.for<[readonly string[]]>([
  [["all@1: a@1 b@2", "a@1", "b@2"]],
  [["all@1: mid@1", "mid@1: a@1", "a@1"]],
  [["one@1"]],
])("the order check accepts a package with the modules (composite: members) %j", ([texts]) => {
  const modules = texts.map(module);
  expect(orderIssues(modules[0] as unknown as SourceModule, modules, new Map([["b@2", "../b"]]))).toEqual([]);
});

test.for<[readonly string[], readonly string[]]>([
  [["all@1: a@1 b", "a@1", "b@2"], ["b in the order of all@1 has no version; the package has 2"]],
  [
    ["all@1: a@1", "a@2"],
    ["a@1 in the order of all@1 is not in the package, which has only 2", "a@2 is not in the order of all@1"],
  ],
  [["all@1: mid@1", "mid@1: gone@1"], ["gone@1 in the order of mid@1 is not in the package"]],
  [["one@1", "a@1"], ["a@1 is not in the order of one@1"]],
  [["all@1: a@1", "a@1: b@1", "b@1: a@1"], ["the orders form a cycle: a@1 → b@1 → a@1"]],
  [["all@1: a@1", "a@1: a@1"], ["the orders form a cycle: a@1 → a@1"]],
  [["all@1: all@1"], ["all@1 in the order of all@1 is not in the package", "the orders form a cycle: all@1 → all@1"]],
])("the order check of a package with the modules (composite: members) %j reports %j", ([texts, expected]) => {
  const modules = texts.map(module);
  expect(orderIssues(modules[0] as unknown as SourceModule, modules, new Map([["b@2", "../b"]]))).toEqual(expected);
});

test("a chain of a thousand composite buildpacks is checked without an error", () => {
  const texts = Array.from({ length: 1000 }, (_, index) => `m${index}@1:${index < 999 ? ` m${index + 1}@1` : ""}`);
  const modules = texts.map(module);
  expect(orderIssues(modules[0] as unknown as SourceModule, modules, new Map())).toEqual([]);
});
