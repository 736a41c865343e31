import { deserialize, serialize } from "node:v8";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { canonicalState } from "./install-state.ts";

const packed = (value: unknown) => gzipSync(serialize(value));

test("install-state files of Yarn that differ only in the order of entries are normalized to identical files", () => {
  const inner = { name: "a" };
  const one = packed({
    packages: new Map([
      ["a", inner],
      ["b", { name: "b" }],
    ]),
    disabled: new Set(["x", "y"]),
    again: inner,
  });
  const other = packed({
    packages: new Map([
      ["b", { name: "b" }],
      ["a", { name: "a" }],
    ]),
    disabled: new Set(["y", "x"]),
    again: { name: "a" },
  });
  expect(Buffer.from(canonicalState(one)).equals(canonicalState(other))).toBe(true);
  expect(Buffer.from(one).equals(other)).toBe(false);
});

test("normalizing Yarn's install-state file does not change other parts of the file", () => {
  const state = {
    text: "a",
    list: ["b", "a"],
    nothing: null,
    missing: undefined,
    map: new Map([[null, { optional: true }]]),
  };
  expect(deserialize(gunzipSync(canonicalState(packed(state))))).toEqual(state);
});
