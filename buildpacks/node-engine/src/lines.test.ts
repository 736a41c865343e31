import { expect, test } from "vitest";
import { lineNotice, ltsLines } from "./lines.ts";

const identity = { id: "libcnb/node-engine", version: "1", dir: "/" };
const metadata = {
  "lts-lines": [
    { line: 9, name: "Nine" },
    { line: 24, name: "Krypton" },
  ],
};

test("release lines are read from buildpack.toml, newest first", () => {
  expect([...ltsLines({ ...identity, metadata })]).toEqual([
    [24, "Krypton"],
    [9, "Nine"],
  ]);
  expect(ltsLines({ ...identity, metadata: {} }).size).toBe(0);
});

test.for(["24.1.0", "14.21.3", "15.14.0"])("Node.js %s has no support notice", (version) => {
  expect(lineNotice(version, new Map([[24, "Krypton"]]))).toBeUndefined();
});

test.for<[string, string]>([
  [
    "25.9.0",
    "Node.js 25 never gets long-term support, because its major version is odd: use an even one in production",
  ],
  ["26.5.1", "Node.js 26 is not in long-term support yet"],
])('the support notice for Node.js %s is "%s"', ([version, expected]) => {
  expect(lineNotice(version, new Map([[24, "Krypton"]]))).toBe(expected);
});
