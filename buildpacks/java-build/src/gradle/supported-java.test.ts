import { expect, test } from "vitest";
import { isAtLeast, javaWarning } from "./supported-java.ts";

test.each<[string, number, string]>([
  [
    "7.2",
    17,
    "Gradle 7.2 supports Java up to 16, but this build has Java 17: set BP_JVM_VERSION=11, or use Gradle 7.3 or newer",
  ],
  [
    "8.4",
    25,
    "Gradle 8.4 supports Java up to 20, but this build has Java 25: set BP_JVM_VERSION=17, or use Gradle 9.1 or newer",
  ],
  [
    "7.6.6",
    21,
    "Gradle 7.6.6 supports Java up to 19, but this build has Java 21: set BP_JVM_VERSION=17, or use Gradle 8.5 or newer",
  ],
  [
    "9.0.0",
    11,
    "Gradle 9.0.0 needs Java 17 to run, but this build has Java 11: set BP_JVM_VERSION=17, or use Gradle 8",
  ],
])("the log warns about Gradle %s with Java %i", (gradle, java, expected) => {
  expect(javaWarning(gradle, java)).toBe(expected);
});

test.each<[string, number]>([
  ["8.14.3", 21],
  ["9.6.1", 25],
  ["1.12", 8],
])("the log does not warn about Gradle %s with Java %i", (gradle, java) => {
  expect(javaWarning(gradle, java)).toBeUndefined();
});

test("the log does not warn about a Gradle of unknown version", () => {
  expect(javaWarning(undefined, 25)).toBeUndefined();
});

test.each<[string, string, boolean]>([
  ["8.10", "8.9", true],
  ["8.9", "8.10", false],
  ["8.10", "8.10", true],
  ["9.0.0-rc-1", "9", true],
  ["of the wrapper", "4.4", false],
])('the check whether the Gradle version "%s" is at least %s returns %s', (version, other, expected) => {
  expect(isAtLeast(version, other)).toBe(expected);
});
