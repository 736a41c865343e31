import { expect, test } from "vitest";
import { string, table } from "../spec/schemas/schema.ts";
import { cachedLayer, temporaryLayer } from "./definition.ts";
import { type OrderedLayer, orderConflicts } from "./order.ts";

const layer = (name: string, files: OrderedLayer["files"], other: Partial<OrderedLayer> = {}): OrderedLayer => ({
  name,
  path: `/l/${name}`,
  files,
  order: undefined,
  types: { build: true, launch: true, cache: false },
  ...other,
});
const forBuild = { types: { build: true, launch: false, cache: false } };
const forLaunch = { types: { build: false, launch: true, cache: false } };
const sentence = (names: string) =>
  `Layers a and b both change ${names}: only their names decide which change is applied last. Set order for each of them.`;

test.for<[string, readonly OrderedLayer[], readonly string[]]>([
  ["one layer alone", [layer("a", { "bin/x": "" })], []],
  ["different variables", [layer("a", { "bin/x": "" }), layer("b", { "include/": "", "env/A": "1" })], []],
  [
    "path directories of two",
    [layer("b", { "bin/x": "", "lib/x.so": "" }), layer("a", { "bin/x": "", "lib/x.so": "" })],
    [sentence("LD_LIBRARY_PATH, LIBRARY_PATH, PATH")],
  ],
  ["path directories with other names", [layer("a", { "bin/node": "" }), layer("b", { "bin/npm": "" })], []],
  ["path directories, one of them empty", [layer("a", { "bin/": "" }), layer("b", { "bin/npm": "" })], []],
  [
    "path directories with other names, and more of one",
    [layer("a", { "bin/node": "" }), layer("b", { "bin/npm": "", "env/PATH.prepend": "/x" })],
    [sentence("PATH")],
  ],
  ["two orders", [layer("a", { "bin/x": "" }, { order: 1 }), layer("b", { "bin/x": "" }, { order: 2 })], []],
  [
    "one order for both",
    [layer("a", { "bin/x": "" }, { order: 1 }), layer("b", { "bin/x": "" }, { order: 1 })],
    [sentence("PATH")],
  ],
  [
    "an order for one only",
    [layer("a", { "bin/x": "" }, { order: 1 }), layer("b", { "bin/x": "" })],
    [sentence("PATH")],
  ],
  [
    "a directory against a file",
    [layer("a", { "bin/x": "" }), layer("b", { "env/PATH.append": "/x" })],
    [sentence("PATH")],
  ],
  ["phases that never meet", [layer("a", { "bin/x": "" }, forBuild), layer("b", { "bin/x": "" }, forLaunch)], []],
  [
    "an environment of launch in layers of the build",
    [layer("a", { "env.launch/A.override": "1" }, forBuild), layer("b", { "env.launch/A.override": "2" })],
    [],
  ],
  [
    "overrides with different values",
    [layer("a", { "env/A.override": "1" }), layer("b", { "env.build/A.override": "2" })],
    [sentence("A")],
  ],
  ["overrides with the same value", [layer("a", { "env/A.override": "1" }), layer("b", { "env/A.override": "1" })], []],
  [
    "the same value appended twice",
    [layer("a", { "env/A.append": "1", "env/A.delim": ":" }), layer("b", { "env/A.append": "1", "env/A.delim": ":" })],
    [sentence("A")],
  ],
  [
    "variables of a process",
    [layer("a", { "env.launch/web/A.default": "1" }), layer("b", { "env.launch/A.default": "2" })],
    [sentence("A")],
  ],
])("the order of layers: %s", ([, layers, conflicts]) => {
  expect(orderConflicts(layers)).toEqual(conflicts);
});

test("the order comes before the name, with two digits", () => {
  const metadata = table({ version: string });
  expect([
    cachedLayer("node", { order: 5, metadata }).name,
    temporaryLayer("x", { order: 10 }).name,
    temporaryLayer("y").name,
  ]).toEqual(["05-node", "10-x", "y"]);
});

test.for([-1, 100, 1.5, Number.NaN])("%d is not a valid order", (order) => {
  expect(() => temporaryLayer("x", { order })).toThrow(`layer "x" has the order ${order}`);
});
