import { expect, test } from "vitest";
import { nonEmpty } from "./non-empty.ts";

test("nonEmpty() removes options that are undefined or an empty text, and keeps those with the value 0, false or []", () => {
  expect(nonEmpty({ a: undefined, b: "", c: "c", d: 0, e: false, f: [] })).toEqual({ c: "c", d: 0, e: false, f: [] });
});
