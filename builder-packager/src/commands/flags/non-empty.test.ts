import { expect, test } from "vitest";
import { nonEmpty } from "./non-empty.ts";

test("options without a value are removed, and 0 and false are kept", () => {
  expect(nonEmpty({ a: undefined, b: "", c: "c", d: 0, e: false, f: [] })).toEqual({ c: "c", d: 0, e: false, f: [] });
});
