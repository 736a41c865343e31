import { expect, test } from "vitest";
import { brokenLimits, parseBytes, parseRatio, type WasteLimits } from "./waste-limits.ts";

const figures = { efficiency: 0.9, wastedBytes: 2_000_000, userWastedRatio: 0.25, beyondSmallestBytes: 0, paths: [] };

test.for<[string, WasteLimits, readonly string[]]>([
  ["accepts any image if no limits are set", {}, []],
  [
    "accepts figures equal to the limits, as dive does",
    { lowestEfficiency: 0.9, highestWastedBytes: 2_000_000, highestUserWastedPercent: 0.25 },
    [],
  ],
  ["reports too low an efficiency", { lowestEfficiency: 0.95 }, ["its efficiency is 90.00 %, less than 95.00 %"]],
  ["reports too many wasted bytes", { highestWastedBytes: 1_999_999 }, ["it wastes 2.0 MB, more than 2.0 MB"]],
  [
    "reports too high a percentage of wasted space",
    { highestUserWastedPercent: 0.1 },
    ["it wastes 25.00 % of what is above the first layer, more than 10.00 %"],
  ],
  [
    "reports both of two exceeded limits",
    { highestWastedBytes: 0, lowestEfficiency: 1 },
    ["its efficiency is 90.00 %, less than 100.00 %", "it wastes 2.0 MB, more than 0 B"],
  ],
])("the check of the limits for wasted space %s", ([, limits, broken]) =>
  expect(brokenLimits(limits, figures)).toEqual(broken),
);

test.for<[string, number, readonly string[]]>([
  ["is met by an image with only one layer, which has no percentage", Number.NaN, []],
  [
    "is exceeded by an infinite ratio",
    Number.POSITIVE_INFINITY,
    ["it wastes more than 100 % of what is above the first layer, more than 100.00 %"],
  ],
])("the limit of the percentage of wasted space %s", ([, userWastedRatio, broken]) =>
  expect(brokenLimits({ highestUserWastedPercent: 1 }, { ...figures, userWastedRatio })).toEqual(broken),
);

test.for<[string, number]>([
  ["0", 0],
  ["20", 20],
  ["20MB", 20_000_000],
  ["20 MB", 20_000_000],
  ["20MiB", 20 * 2 ** 20],
  ["1.5gb", 1_500_000_000],
  ["1k", 1000],
  ["2Ti", 2 * 2 ** 40],
])("--highest-wasted-bytes %j is parsed as %i bytes", ([text, bytes]) => expect(parseBytes(text)).toBe(bytes));

test.for(["", "MB", "-1", "1e3", "20 apples"])(
  "--highest-wasted-bytes %j is refused, because the value is not a size",
  (text) => expect(parseBytes(text)).toBeUndefined(),
);

test.for<[string, number]>([
  ["0", 0],
  ["1", 1],
  ["1.0", 1],
  ["0.95", 0.95],
  [".5", 0.5],
])("the option value %j is parsed as the ratio %s", ([text, ratio]) => expect(parseRatio(text)).toBe(ratio));

test.for(["95", "1.01", "-0.1", "95%", ""])("the option value %j is refused as a ratio from 0 to 1", (text) =>
  expect(parseRatio(text)).toBeUndefined(),
);
