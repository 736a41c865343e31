import { expect, test } from "vitest";
import { bytesOf, percentOf } from "./sizes.ts";

test.for<[string, number]>([
  ["1048576", 1048576],
  ["1b", 1],
  ["1B", 1],
  ["2k", 2048],
  ["2KB", 2048],
  ["512M", 536870912],
  ["512Mi", 536870912],
  ["0512M", 536870912],
  ["1g", 1073741824],
  ["2GiB", 2147483648],
  ["1tb", 1099511627776],
  ["999999999999999", 999999999999999],
])('the text "%s" is parsed as a size of %i bytes', ([text, expected]) => expect(bytesOf(text)).toBe(expected));

test.for([
  "",
  "0",
  "0k",
  "1000000000000000",
  "1000T",
  "99999999999999999999",
  "2GIB",
  "1 g",
  "1gx",
  "-1",
  "1.5g",
  "much",
])("the text %j is not a valid size", (text) => expect(bytesOf(text)).toBeUndefined());

test.for<[percent: number, bytes: number, expected: number]>([
  [70, 1073741824, 751619276],
  [0, 1073741824, 0],
  [100, 999, 999],
  [50, 3, 1],
  [99, 999999999999999, 989999999999999],
])("%s percent of %s bytes are %s whole bytes", ([percent, bytes, expected]) =>
  expect(percentOf(percent, bytes)).toBe(expected),
);
