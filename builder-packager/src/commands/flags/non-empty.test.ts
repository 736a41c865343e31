import { expect, test } from "vitest";
import { nonEmpty } from "./non-empty.ts";

test("undefined and empty options are removed, and options with the value 0 or false are kept", () => {
  expect(nonEmpty({ a: undefined, b: "", c: "c", d: 0, e: false, f: [] })).toEqual({ c: "c", d: 0, e: false, f: [] });
});
