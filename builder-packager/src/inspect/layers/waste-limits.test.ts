import { expect, test } from "vitest";
import { brokenLimits, parseBytes, parseRatio, type WasteLimits } from "./waste-limits.ts";

const figures = { efficiency: 0.9, wastedBytes: 2_000_000, userWastedRatio: 0.25, beyondSmallestBytes: 0, paths: [] };

test.for<[WasteLimits, readonly string[]]>([
  [{}, []],
  // what is equal to a limit keeps to it, as for dive
  [{ lowestEfficiency: 0.9, highestWastedBytes: 2_000_000, highestUserWastedPercent: 0.25 }, []],
  [{ lowestEfficiency: 0.95 }, ["its efficiency is 90.00 %, less than 95.00 %"]],
  [{ highestWastedBytes: 1_999_999 }, ["it wastes 2.0 MB, more than 2.0 MB"]],
  [{ highestUserWastedPercent: 0.1 }, ["it wastes 25.00 % of what is above the first layer, more than 10.00 %"]],
  [
    { highestWastedBytes: 0, lowestEfficiency: 1 },
    ["its efficiency is 90.00 %, less than 100.00 %", "it wastes 2.0 MB, more than 0 B"],
  ],
])("waste limits: %j", ([limits, broken]) => expect(brokenLimits(limits, figures)).toEqual(broken));

test.for<[number, readonly string[]]>([
  // an image of one layer has nothing above it
  [Number.NaN, []],
  [Number.POSITIVE_INFINITY, ["it wastes more than 100 % of what is above the first layer, more than 100.00 %"]],
])("waste limits: %s of an image without waste", ([userWastedRatio, broken]) =>
  expect(brokenLimits({ highestUserWastedPercent: 1 }, { ...figures, userWastedRatio })).toEqual(broken),
);

test.for<[string, number | undefined]>([
  ["0", 0],
  ["20", 20],
  ["20MB", 20_000_000],
  ["20 MB", 20_000_000],
  ["20MiB", 20 * 2 ** 20],
  ["1.5gb", 1_500_000_000],
  ["1k", 1000],
  ["2Ti", 2 * 2 ** 40],
  ["", undefined],
  ["MB", undefined],
  ["-1", undefined],
  ["1e3", undefined],
  ["20 apples", undefined],
])("waste limits: %j is parsed as %s bytes", ([text, bytes]) => expect(parseBytes(text)).toBe(bytes));

test.for<[string, number | undefined]>([
  ["0", 0],
  ["1", 1],
  ["1.0", 1],
  ["0.95", 0.95],
  [".5", 0.5],
  ["95", undefined],
  ["1.01", undefined],
  ["-0.1", undefined],
  ["95%", undefined],
  ["", undefined],
])("waste limits: %j is parsed as the ratio %s", ([text, ratio]) => expect(parseRatio(text)).toBe(ratio));
