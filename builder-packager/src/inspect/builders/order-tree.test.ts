import { expect, test } from "vitest";
import type { LabelledMember, ModuleLayers } from "../../config/module-labels.ts";
import { type OrderGroup, orderTree } from "./order-tree.ts";

type Groups = readonly (readonly string[])[];

const member = (text: string): LabelledMember => {
  const [, id = "", version, optional] = /^([^@?]+)(?:@([^?]+))?(\?)?$/.exec(text) ?? [];
  return { id, ...(version && { version }), ...(optional && { optional: true }) };
};
const order = (groups: Groups) => groups.map((group) => ({ group: group.map(member) }));
const layers = (composites: Readonly<Record<string, Groups>>): ModuleLayers =>
  Object.fromEntries(
    Object.entries(composites).map(([id, groups]) => [
      id,
      { "1": { api: "0.10", layerDiffID: "", ...(groups.length > 0 && { order: order(groups) }) } },
    ]),
  );
const shown = (groups: readonly OrderGroup[]): string =>
  groups
    .map(
      (group) =>
        `[${group
          .map(
            ({ id, version, optional, cyclic, groups: below }) =>
              `${id}${version ? `@${version}` : ""}${optional ? "?" : ""}${cyclic ? "!" : ""}${shown(below)}`,
          )
          .join(" ")}]`,
    )
    .join("");

const nested = layers({ all: [["a@1", "inner@1?"], ["b"]], inner: [["a@1", "all"]], a: [], b: [] });

test.for<[string, Groups, number | undefined, string]>([
  ["without groups", [], undefined, ""],
  ["with optional and unknown members", [["a@1", "b?"], ["absent@9"]], undefined, "[a@1 b?][absent@9]"],
  [
    "with the members of a composite buildpack if the order omits its version and only one version exists",
    [["inner"]],
    2,
    "[inner[a@1 all]]",
  ],
  [
    "without the members of a composite buildpack that is named with an unknown version",
    [["inner@2"]],
    undefined,
    "[inner@2]",
  ],
  ["to depth 0 as an empty text", [["all@1"]], 0, ""],
  ["to depth 1 without the members of composite buildpacks", [["all@1"]], 1, "[all@1]"],
  ["to depth 2 with the members of composite buildpacks", [["all@1"]], 2, "[all@1[a@1 inner@1?][b]]"],
  // the second "all" has no version, so it is another name, whose members are the first's
  ["to the first repetition in a cycle", [["inner@1"]], undefined, "[inner@1[a@1 all[a@1 inner@1?!][b]]]"],
  ["with a member twice in a group, which is not a cycle", [["a@1", "a@1"]], undefined, "[a@1 a@1]"],
  [
    "with names of JavaScript object properties",
    [["constructor", "toString@1"]],
    undefined,
    "[constructor toString@1]",
  ],
])("the order of a builder is printed %s", ([, groups, depth, expected]) => {
  expect(shown(orderTree(order(groups), nested, { where: "x", ...(depth !== undefined && { depth }) }))).toBe(expected);
});

const doubling = layers(
  Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`b${n}`, n === 39 ? [] : [[`b${n + 1}@1`], [`b${n + 1}@1`]]]),
  ),
);
const chain = layers(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`b${n}`, [[`b${n + 1}@1`]]])));

test.for([
  ["whose number of members doubles at each of 40 levels", doubling],
  ["with 200 levels", chain],
] as const)("printing the order of a builder %s fails with an error about its size", ([, modules]) => {
  const tree = (depth?: number) => orderTree(order([["b0@1"]]), modules, { where: "x", ...(depth && { depth }) });
  expect(() => tree()).toThrow(
    expect.objectContaining({
      code: "LABEL_INVALID",
      message: "the order of x has more than 10000 members or 100 levels",
      hint: "Show fewer levels, for example with --depth 2.",
    }),
  );
  expect(shown(tree(2)).startsWith("[b0@1[b1@1]")).toBe(true);
});
