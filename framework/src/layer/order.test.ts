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
  ["no warning for a single layer", [layer("a", { "bin/x": "" })], []],
  [
    "no warning for different variables",
    [layer("a", { "bin/x": "" }), layer("b", { "include/": "", "env/A": "1" })],
    [],
  ],
  [
    "directories of two layers in the same path variables",
    [layer("b", { "bin/x": "", "lib/x.so": "" }), layer("a", { "bin/x": "", "lib/x.so": "" })],
    [sentence("LD_LIBRARY_PATH, LIBRARY_PATH, PATH")],
  ],
  [
    "no warning for path directories with different files",
    [layer("a", { "bin/node": "" }), layer("b", { "bin/npm": "" })],
    [],
  ],
  [
    "no warning if one of the path directories is empty",
    [layer("a", { "bin/": "" }), layer("b", { "bin/npm": "" })],
    [],
  ],
  [
    "a path directory and a prepended path",
    [layer("a", { "bin/node": "" }), layer("b", { "bin/npm": "", "env/PATH.prepend": "/x" })],
    [sentence("PATH")],
  ],
  [
    "no warning for two different orders",
    [layer("a", { "bin/x": "" }, { order: 1 }), layer("b", { "bin/x": "" }, { order: 2 })],
    [],
  ],
  [
    "the same order for both layers",
    [layer("a", { "bin/x": "" }, { order: 1 }), layer("b", { "bin/x": "" }, { order: 1 })],
    [sentence("PATH")],
  ],
  [
    "an order for only one layer",
    [layer("a", { "bin/x": "" }, { order: 1 }), layer("b", { "bin/x": "" })],
    [sentence("PATH")],
  ],
  [
    "a path directory and an appended path",
    [layer("a", { "bin/x": "" }), layer("b", { "env/PATH.append": "/x" })],
    [sentence("PATH")],
  ],
  [
    "no warning for a build layer and a launch layer",
    [layer("a", { "bin/x": "" }, forBuild), layer("b", { "bin/x": "" }, forLaunch)],
    [],
  ],
  [
    "no warning for the launch environment of a build layer",
    [layer("a", { "env.launch/A.override": "1" }, forBuild), layer("b", { "env.launch/A.override": "2" })],
    [],
  ],
  [
    "overrides with different values",
    [layer("a", { "env/A.override": "1" }), layer("b", { "env.build/A.override": "2" })],
    [sentence("A")],
  ],
  [
    "no warning for overrides with the same value",
    [layer("a", { "env/A.override": "1" }), layer("b", { "env/A.override": "1" })],
    [],
  ],
  [
    "the same value appended by two layers",
    [layer("a", { "env/A.append": "1", "env/A.delim": ":" }), layer("b", { "env/A.append": "1", "env/A.delim": ":" })],
    [sentence("A")],
  ],
  [
    "a variable of one process",
    [layer("a", { "env.launch/web/A.default": "1" }), layer("b", { "env.launch/A.default": "2" })],
    [sentence("A")],
  ],
])("the check for an ambiguous order of layers reports %s", ([, layers, conflicts]) => {
  expect(orderConflicts(layers)).toEqual(conflicts);
});

test("the directory name of a layer with an order begins with the order as two digits", () => {
  const metadata = table({ version: string });
  expect([
    cachedLayer("node", { order: 5, metadata }).name,
    temporaryLayer("x", { order: 10 }).name,
    temporaryLayer("y").name,
  ]).toEqual(["05-node", "10-x", "y"]);
});

test.for([-1, 100, 1.5, Number.NaN])("%d is refused as the order of a layer", (order) => {
  expect(() => temporaryLayer("x", { order })).toThrow(`layer "x" has the order ${order}`);
});
