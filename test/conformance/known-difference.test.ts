import { expect, test } from "vitest";
import { isOnPurpose } from "../support/differential/known-difference.ts";

const restore = "ERROR: failed to restore: restoring data: restoring layer a:b: unknown file type in tar 54";
const date = "ERROR: toml: line 2: invalid datetime: 08:00";
const pattern = "ERROR: launch.toml: [[slices]]: syntax error in pattern: [a-";

test.for<[lifecycle: string, cnb: string, official: number, ours: number, known: boolean]>([
  [restore, "", 42, 0, true],
  [restore, "ERROR: a buildpack failed", 42, 51, true],
  [restore, "ERROR: cannot export", 42, 62, true],
  [restore, "ERROR: no group", 42, 20, false],
  [restore, "ERROR: no previous image", 42, 32, false],
  [date, "", 52, 0, true],
  [date, "ERROR: cannot export", 52, 62, true],
  [date, "ERROR: restoring", 52, 42, false],
  ["ERROR: syntax error in pattern", pattern, 62, 52, true],
  ["", pattern, 0, 52, true],
  ["ERROR: restoring", pattern, 42, 52, false],
  ["ERROR: another", "ERROR: another", 62, 52, false],
  ["", "ERROR: another", 0, 52, false],
  ["ERROR: another", "", 52, 0, false],
])("the outputs %s and %s with exit codes %i and %i are compared", ([lifecycle, cnb, official, ours, known]) => {
  expect(isOnPurpose(`${lifecycle}\n--- cnb\n${cnb}`, official, ours)).toBe(known);
});
