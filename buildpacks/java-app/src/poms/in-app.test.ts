import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { inSameApp } from "./in-app.ts";

const parent = (artifact: string, path = "") =>
  `<parent><groupId>g</groupId><artifactId>${artifact}</artifactId><version>1</version>${path}</parent>`;
const pom = (artifact: string, inner = "") =>
  `<project><groupId>g</groupId><artifactId>${artifact}</artifactId>${inner}</project>`;

/** The artifacts of a pom and its parents in the app, or the error. */
async function lineage(app: Readonly<Record<string, string>>, file: string) {
  let found: readonly string[] = [];
  const buildpack = defineBuildpack({
    detect: () => pass(),
    build: async ({ app }) => {
      found = (await inSameApp(app, file)).map(({ artifact }) => artifact);
    },
  });
  return build(buildpack, { app }).then(
    () => found,
    ({ code, message }) => `${code}: ${message}`,
  );
}

test.for<[string, Readonly<Record<string, string>>, readonly string[] | string]>([
  ["no parent", { "a/pom.xml": pom("a") }, ["a"]],
  ["the folder above", { "a/pom.xml": pom("a", parent("p")), "pom.xml": pom("p", parent("elsewhere")) }, ["a", "p"]],
  [
    "a path to a folder",
    { "a/pom.xml": pom("a", parent("p", "<relativePath>../b</relativePath>")), "b/pom.xml": pom("p") },
    ["a", "p"],
  ],
  [
    "a path to a file",
    { "a/pom.xml": pom("a", parent("p", "<relativePath>../p.xml</relativePath>")), "p.xml": pom("p") },
    ["a", "p"],
  ],
  ["a repository", { "a/pom.xml": pom("a", parent("p", "<relativePath/>")), "pom.xml": pom("p") }, ["a"]],
  ["another pom above", { "a/pom.xml": pom("a", parent("p")), "pom.xml": pom("q") }, ["a"]],
  [
    "a path out of the app",
    { "a/pom.xml": pom("a", parent("p", "<relativePath>../../../etc/passwd</relativePath>")) },
    ["a"],
  ],
  ["itself", { "a/pom.xml": pom("a", parent("a", "<relativePath>pom.xml</relativePath>")) }, ["a"]],
  ["a broken pom", { "a/pom.xml": "<project>" }, "POM_INVALID: cannot read a/pom.xml"],
  ["no pom", {}, "POM_INVALID: cannot read a/pom.xml"],
])("the parents of a pom that names %s", async ([, app, expected]) => {
  expect(await lineage(app, "a/pom.xml")).toEqual(expected);
});
