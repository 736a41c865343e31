import { expect, test } from "vitest";
import { describeLoser } from "./choose.ts";

test.for<[string, string, string]>([
  ["a range that the chosen version satisfies", ">=20", "x requests >=20; 24.1.0 satisfies it as well"],
  [
    "an LTS alias that the chosen version satisfies",
    "lts/krypton",
    "x requests lts/krypton; 24.1.0 satisfies it as well",
  ],
  ["another version", "v22", "x requests v22, which is ignored: 24.1.0 does not satisfy it"],
  ["an unknown LTS alias", "lts/nobody", 'x is ignored: "lts/nobody" is not a version of Node.js'],
  ["a word that is not a version", "iojs", 'x is ignored: "iojs" is not a version of Node.js'],
  [
    "a version of 2000 digits, which the log shortens",
    "2".repeat(2000),
    `x is ignored: "${"2".repeat(100)}…" is not a version of Node.js`,
  ],
])(
  "the log says how the chosen Node.js version relates to a request that did not decide: the request is %s",
  async ([, wanted, expected]) => {
    expect(await describeLoser({ wanted, source: "x" }, "24.1.0", new Map([[24, "Krypton"]]))).toBe(expected);
  },
);
