import { expect, test } from "vitest";
import { type MavenCoordinates, mavenUrl } from "./coordinates.ts";

const of = { group: "org.slf4j", name: "slf4j-api", version: "2.0.17" };

test.for<[string, MavenCoordinates, string]>([
  ["contains the group, the name and the version of the component", of, "pkg:maven/org.slf4j/slf4j-api@2.0.17"],
  [
    "leaves out the type jar and an empty classifier",
    { ...of, type: "jar", classifier: "" },
    "pkg:maven/org.slf4j/slf4j-api@2.0.17",
  ],
  [
    "contains the type and the classifier of the component",
    { ...of, type: "test-jar", classifier: "tests" },
    "pkg:maven/org.slf4j/slf4j-api@2.0.17?classifier=tests&type=test-jar",
  ],
  [
    "contains the classifier of the component",
    { ...of, classifier: "linux-x86_64" },
    "pkg:maven/org.slf4j/slf4j-api@2.0.17?classifier=linux-x86_64",
  ],
  ["leaves out an empty group and an empty version", { group: "", name: "a b", version: "" }, "pkg:maven/a%20b"],
])("the Package URL of a Maven component %s", ([, given, expected]) => {
  expect(mavenUrl(given)).toBe(expected);
});
