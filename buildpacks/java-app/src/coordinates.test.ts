import { expect, test } from "vitest";
import { type MavenCoordinates, mavenUrl } from "./coordinates.ts";

const of = { group: "org.slf4j", name: "slf4j-api", version: "2.0.17" };

test.for<[MavenCoordinates, string]>([
  [of, "pkg:maven/org.slf4j/slf4j-api@2.0.17"],
  [{ ...of, type: "jar", classifier: "" }, "pkg:maven/org.slf4j/slf4j-api@2.0.17"],
  [
    { ...of, type: "test-jar", classifier: "tests" },
    "pkg:maven/org.slf4j/slf4j-api@2.0.17?classifier=tests&type=test-jar",
  ],
  [{ ...of, classifier: "linux-x86_64" }, "pkg:maven/org.slf4j/slf4j-api@2.0.17?classifier=linux-x86_64"],
  [{ group: "", name: "a b", version: "" }, "pkg:maven/a%20b"],
])("the Package URL of %j", ([given, expected]) => {
  expect(mavenUrl(given)).toBe(expected);
});
