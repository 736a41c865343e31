import { expect, test } from "vitest";
import { isAtLeast, javaWarning } from "./supported-java.ts";

test.each<[string | undefined, number, string | undefined]>([
  [undefined, 25, undefined],
  ["8.14.3", 21, undefined],
  [
    "7.2",
    17,
    "Gradle 7.2 is made for Java 16 at most, and this build has 17: set BP_JVM_VERSION=11, or use Gradle 7.3 or newer",
  ],
  [
    "8.4",
    25,
    "Gradle 8.4 is made for Java 20 at most, and this build has 25: set BP_JVM_VERSION=17, or use Gradle 9.1 or newer",
  ],
  [
    "7.6.6",
    21,
    "Gradle 7.6.6 is made for Java 19 at most, and this build has 21: set BP_JVM_VERSION=17, or use Gradle 8.5 or newer",
  ],
  ["9.0.0", 11, "Gradle 9.0.0 needs Java 17 to run, and this build has 11: set BP_JVM_VERSION=17, or use Gradle 8"],
  ["9.6.1", 25, undefined],
  ["1.12", 8, undefined],
])("Gradle %s on Java %i", (gradle, java, expected) => {
  expect(javaWarning(gradle, java)).toBe(expected);
});

test.each<[string, string, boolean]>([
  ["8.10", "8.9", true],
  ["8.9", "8.10", false],
  ["8.10", "8.10", true],
  ["9.0.0-rc-1", "9", true],
  ["of the wrapper", "4.4", false],
])("%s is at least %s: %s", (version, other, expected) => {
  expect(isAtLeast(version, other)).toBe(expected);
});
