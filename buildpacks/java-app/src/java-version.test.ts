import { expect, test } from "vitest";
import { featureOf, parseJavaVersion } from "./java-version.ts";

test.for<[string, number, string]>([
  ["8", 8, "8"],
  ["1.8", 8, "8"],
  ["1.8.0", 8, "8.0"],
  ["1.8.0_392", 8, "8.0.392"],
  ["1.8.0_392-b08", 8, "8.0.392+8"],
  ["8u392", 8, "8.0.392"],
  ["8u392-b08", 8, "8.0.392+8"],
  ["8.0.392", 8, "8.0.392"],
  ["1.7", 7, "7"],
  ["17", 17, "17"],
  [" 17.0.9 ", 17, "17.0.9"],
  ["21.0.8+9", 21, "21.0.8+9"],
  ["21.0.8+9-LTS", 21, "21.0.8+9"],
  ["11.0.32.1+1", 11, "11.0.32.1+1"],
  ["17.0.21+9-1-deb12u1-Debian", 17, "17.0.21+9"],
  ["22-ea+36", 22, "22"],
  ["1", 1, "1"],
])('"%s" is read as a version of Java %i and normalized to %s', ([text, feature, normal]) => {
  expect([parseJavaVersion(text), featureOf(text)]).toEqual([{ feature, text: normal }, feature]);
});

test.for(["", "x", "v17", "17.x", "17.*", ">=17", "0", "zulu-21", `${"$"}{java.version}`, "17 21", `${"1".repeat(5)}`])(
  "%j is not read as a Java version",
  (text) => {
    expect(parseJavaVersion(text)).toBeUndefined();
  },
);
