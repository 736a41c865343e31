import { expect, test } from "vitest";
import { humanSize } from "./human-size.ts";

test.for([
  [0, "0 B"],
  [839.39, "839 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [40_000_000, "40.0 MB"],
  [1_500_000_000_000, "1.5 TB"],
] as const)("a size of %s bytes is printed as %j", ([bytes, text]) => expect(humanSize(bytes)).toBe(text));
