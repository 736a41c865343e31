import { expect, test } from "vitest";
import { given } from "./given.ts";

test("what has no value is left out, what is 0 or false is not", () => {
  expect(given({ a: undefined, b: "", c: "c", d: 0, e: false, f: [] })).toEqual({ c: "c", d: 0, e: false, f: [] });
});
