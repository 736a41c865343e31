import { expect, test } from "vitest";
import { parseDuration, parseSize } from "./limit-flags.ts";

test.for<[string, number | undefined]>([
  ["512m", 512 * 2 ** 20],
  ["4g", 4 * 2 ** 30],
  ["4GB", 4 * 2 ** 30],
  ["8388608", 8388608],
  ["8388608b", 8388608],
  ["1m", undefined],
  ["-1g", undefined],
  ["0x10m", undefined],
  ["1e9", undefined],
  ["999999999999g", undefined],
  ["", undefined],
  ["much", undefined],
])("--memory %j is %s bytes", ([text, bytes]) => {
  if (bytes === undefined) expect(() => parseSize(text)).toThrow("Use a size of at least 6m, such as 512m or 4g.");
  else expect(parseSize(text)).toBe(bytes);
});

test.for<[string, number | undefined]>([
  ["90s", 90_000],
  ["1.5s", 1500],
  ["10m", 600_000],
  ["1h", 3_600_000],
  ["30", 30_000],
  ["0", undefined],
  ["1000h", undefined],
  ["-5s", undefined],
  ["soon", undefined],
])("--timeout %j is %s ms", ([text, ms]) => {
  if (ms === undefined) expect(() => parseDuration(text)).toThrow("Use a time such as 90s, 10m or 1h.");
  else expect(parseDuration(text)).toBe(ms);
});
