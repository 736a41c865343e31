import { expect, test } from "vitest";
import { defined } from "./defined.ts";

test("options without a value are left out, 0 and false are kept", () => {
  expect(defined({ a: undefined, b: "", c: "c", d: 0, e: false, f: [] })).toEqual({ c: "c", d: 0, e: false, f: [] });
});
