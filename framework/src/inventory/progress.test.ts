import { expect, test } from "vitest";
import { recordingLogger } from "../logger/recording-logger.ts";
import { progressReporter } from "./progress.ts";

/** The messages for bytes at certain seconds. */
function reported(
  total: number | undefined,
  steps: readonly (readonly [seconds: number, bytes: number])[],
): readonly string[] {
  let now = 1_000_000;
  const log = recordingLogger();
  const report = progressReporter(log, { now: () => now });
  for (const [seconds, bytes] of steps) {
    now = 1_000_000 + 1000 * seconds;
    report(bytes, total);
  }
  return log.lines;
}

test.for<[string, number | undefined, readonly (readonly [number, number])[], readonly string[]]>([
  [
    "not at all for a quick download",
    1000,
    [
      [0, 100],
      [4, 900],
      [4.9, 1000],
    ],
    [],
  ],
  [
    "at each tenth of a long download",
    50_000_000,
    [
      [4, 1],
      [5, 5_000_000],
      [6, 9_000_000],
      [8, 10_000_000],
      [9, 25_000_000],
      [20, 50_000_000],
    ],
    ["10 % of 50.0 MB, 1.0 MB/s", "20 % of 50.0 MB, 1.3 MB/s", "50 % of 50.0 MB, 2.8 MB/s"],
  ],
  [
    "every half minute for a slow download",
    5_000_000_000,
    [
      [5, 500],
      [20, 1000],
      [35, 40_000],
      [64, 70_000],
      [65, 80_000],
    ],
    ["0 % of 5.0 GB, 100 B/s", "0 % of 5.0 GB, 1.1 kB/s", "0 % of 5.0 GB, 1.2 kB/s"],
  ],
  [
    "with the size so far if the total is unknown",
    undefined,
    [
      [5, 1500],
      [10, 3000],
      [36, 7200],
    ],
    ["1.5 kB, 300 B/s", "7.2 kB, 200 B/s"],
  ],
])("download progress is logged: %s", ([, total, steps, lines]) => {
  expect(reported(total, steps)).toEqual(lines);
});
