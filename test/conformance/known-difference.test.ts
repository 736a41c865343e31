import { expect, test } from "vitest";
import { isOnPurpose } from "../support/differential/known-difference.ts";

const restore = "ERROR: failed to restore: restoring data: restoring layer a:b: unknown file type in tar 54";
const date = "ERROR: toml: line 2: invalid datetime: 08:00";
const pattern = "ERROR: launch.toml: [[slices]]: syntax error in pattern: [a-";

test.for<[title: string, lifecycle: string, cnb: string, official: number, ours: number, known: boolean]>([
  ["accepts that cnb restores a layer that the lifecycle cannot restore", restore, "", 42, 0, true],
  [
    "accepts a failed build of cnb after the lifecycle has failed to restore a layer",
    restore,
    "ERROR: a buildpack failed",
    42,
    51,
    true,
  ],
  [
    "accepts a failed export of cnb after the lifecycle has failed to restore a layer",
    restore,
    "ERROR: cannot export",
    42,
    62,
    true,
  ],
  [
    "rejects a failed detect of cnb where the lifecycle fails to restore a layer",
    restore,
    "ERROR: no group",
    42,
    20,
    false,
  ],
  [
    "rejects a failed analysis of cnb where the lifecycle fails to restore a layer",
    restore,
    "ERROR: no previous image",
    42,
    32,
    false,
  ],
  ["accepts that cnb reads a time that the lifecycle cannot read", date, "", 52, 0, true],
  [
    "accepts a failed export of cnb after the lifecycle has failed to read a time",
    date,
    "ERROR: cannot export",
    52,
    62,
    true,
  ],
  ["rejects a failed restore of cnb where the lifecycle fails to read a time", date, "ERROR: restoring", 52, 42, false],
  [
    "accepts that cnb refuses a slice pattern earlier than the lifecycle",
    "ERROR: syntax error in pattern",
    pattern,
    62,
    52,
    true,
  ],
  ["accepts that cnb refuses a slice pattern that the lifecycle ignores", "", pattern, 0, 52, true],
  ["rejects a refused slice pattern after a failed restore", "ERROR: restoring", pattern, 42, 52, false],
  ["rejects other exit codes for one unknown error", "ERROR: another", "ERROR: another", 62, 52, false],
  ["rejects an unknown error of cnb alone", "", "ERROR: another", 0, 52, false],
  ["rejects an unknown error of the lifecycle alone", "ERROR: another", "", 52, 0, false],
])("the comparison with the lifecycle %s", ([, lifecycle, cnb, official, ours, known]) => {
  expect(isOnPurpose(`${lifecycle}\n--- cnb\n${cnb}`, official, ours)).toBe(known);
});
