import { expect, test } from "vitest";
import { changedLines, newerVersionFirst, newestOf } from "./versions.ts";

test("releases in an inventory are sorted by version number, newest first", () => {
  const sorted = ["3.9.1", "3.14.0", "3.9.10", "3.14"].toSorted(newerVersionFirst);
  expect(sorted).toEqual(["3.14.0", "3.14", "3.9.10", "3.9.1"]);
  expect(newerVersionFirst("1.2.3", "1.2.3")).toBe(0);
});

test("an inventory update keeps the newest versions, and the existing entry of a version that is found again", () => {
  const entries = ["1.0.0 there", "1.10.0 there", "1.10.0 found", "1.9.0 found"].map((text) => {
    const [version = "", from = ""] = text.split(" ");
    return { version, from };
  });
  const newest = newestOf(entries, 2, (a, b) => newerVersionFirst(a.version, b.version));
  expect(newest).toEqual([
    { version: "1.10.0", from: "there" },
    { version: "1.9.0", from: "found" },
  ]);
});

test("an inventory update reports added and dropped entries", () => {
  expect(changedLines(["a", "b"], ["c", "b", "d"])).toEqual(["added c", "added d", "dropped a"]);
  expect(changedLines(["a"], ["a"])).toEqual([]);
});
