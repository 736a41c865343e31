import { expect, test } from "vitest";
import { parseDuration, parseSize } from "./limit-flags.ts";

test.for<[string, number]>([
  ["512m", 512 * 2 ** 20],
  ["4g", 4 * 2 ** 30],
  ["4GB", 4 * 2 ** 30],
  ["8388608", 8388608],
  ["8388608b", 8388608],
])("--memory %j is parsed as %i bytes", ([text, bytes]) => expect(parseSize(text)).toBe(bytes));

test.for(["1m", "-1g", "0x10m", "1e9", "999999999999g", "", "much"])(
  "--memory %j is refused, because it is not a size of at least 6m",
  (text) => {
    expect(() => parseSize(text)).toThrow("Use a memory size of at least 6m (6 MiB), such as 512m or 4g.");
  },
);

test.for<[string, number]>([
  ["90s", 90_000],
  ["1.5s", 1500],
  ["10m", 600_000],
  ["1h", 3_600_000],
  ["30", 30_000],
])("--timeout %j is parsed as %i ms", ([text, ms]) => expect(parseDuration(text)).toBe(ms));

test.for(["0", "1000h", "-5s", "soon"])("--timeout %j is refused, because it is not a time of at most 596h", (text) => {
  expect(() => parseDuration(text)).toThrow("Use a duration of at most 596h (596 hours), such as 90s, 10m or 1h.");
});
