import { expect, test } from "vitest";
import { describeLoser } from "./losers.ts";

test.for<[string, string]>([
  [">=20", "x asks for >=20, which 24.1.0 fits, too"],
  ["lts/krypton", "x asks for lts/krypton, which 24.1.0 fits, too"],
  ["v22", "x asks for v22, which is not followed: 24.1.0 does not fit"],
  ["lts/nobody", 'x is not followed: "lts/nobody" is not a version of Node.js'],
  ["iojs", 'x is not followed: "iojs" is not a version of Node.js'],
  ["2".repeat(2000), `x is not followed: "${"2".repeat(100)}…" is not a version of Node.js`],
])("the log explains why a request for %s was overruled: %s", async ([wanted, expected]) => {
  expect(await describeLoser({ wanted, source: "x" }, "24.1.0", new Map([[24, "Krypton"]]))).toBe(expected);
});
