import { expect, test } from "vitest";
import { recordingReporter } from "../../reporter.ts";
import { exportProgress } from "./export-progress.ts";

test("export progress shows bytes and rates at intervals, and a total at the end", () => {
  const reporter = recordingReporter();
  let time = 0;
  const progress = exportProgress(reporter, () => time);
  progress.onRead(1_000_000);
  time = 250;
  progress.onRead(1_000_000);
  time = 300;
  progress.onSent(4_000_000);
  time = 500;
  progress.onRead(2_000_000);
  time = 1000;
  progress.end();
  expect(reporter.lines).toEqual([
    "progress: 2.0 MB (8.0 MB/s) read",
    "progress: 4.0 MB (8.0 MB/s) read, 4.0 MB (8.0 MB/s) sent",
    "info: Sent 4.0 MB (4.0 MB/s)",
  ]);
});

test("export progress prints nothing for instant or empty transfers", () => {
  const reporter = recordingReporter();
  const progress = exportProgress(reporter, () => 0);
  progress.onRead(10);
  progress.end();
  expect(reporter.lines).toEqual([]);
});
