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

test.for<[Groups, number | undefined, string]>([
  [[], undefined, ""],
  [[["a@1", "b?"], ["absent@9"]], undefined, "[a@1 b?][absent@9]"],
  // without a version it is the only one; with another there is none
  [[["inner"]], 2, "[inner[a@1 all]]"],
  [[["inner@2"]], undefined, "[inner@2]"],
  [[["all@1"]], 0, ""],
  [[["all@1"]], 1, "[all@1]"],
  [[["all@1"]], 2, "[all@1[a@1 inner@1?][b]]"],
  // the second "all" has no version, so it is another name, whose members are the first's
  [[["inner@1"]], undefined, "[inner@1[a@1 all[a@1 inner@1?!][b]]]"],
  // twice in a group is no cycle
  [[["a@1", "a@1"]], undefined, "[a@1 a@1]"],
  [[["constructor", "toString@1"]], undefined, "[constructor toString@1]"],
])("the order %j shown to the depth %s", ([groups, depth, expected]) => {
  expect(shown(orderTree(order(groups), nested, { where: "x", ...(depth !== undefined && { depth }) }))).toBe(expected);
});

const doubling = layers(
  Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`b${n}`, n === 39 ? [] : [[`b${n + 1}@1`], [`b${n + 1}@1`]]]),
  ),
);
const chain = layers(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`b${n}`, [[`b${n + 1}@1`]]])));

test.for([
  ["that doubles forty times", doubling],
  ["of two hundred levels", chain],
] as const)("an order %s is refused and shown in part", ([, modules]) => {
  const tree = (depth?: number) => orderTree(order([["b0@1"]]), modules, { where: "x", ...(depth && { depth }) });
  expect(() => tree()).toThrow(
    expect.objectContaining({
      code: "LABEL_INVALID",
      message: "the order of x has more than 10000 members or 100 levels",
      hint: "Show less of it with --depth.",
    }),
  );
  expect(shown(tree(2)).startsWith("[b0@1[b1@1]")).toBe(true);
});
