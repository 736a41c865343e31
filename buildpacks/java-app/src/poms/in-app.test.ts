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
  ["is only the pom itself if the pom has no parent", { "a/pom.xml": pom("a") }, ["a"]],
  [
    "includes a parent in the directory above",
    { "a/pom.xml": pom("a", parent("p")), "pom.xml": pom("p", parent("elsewhere")) },
    ["a", "p"],
  ],
  [
    "includes a parent by a path to a directory",
    { "a/pom.xml": pom("a", parent("p", "<relativePath>../b</relativePath>")), "b/pom.xml": pom("p") },
    ["a", "p"],
  ],
  [
    "includes a parent by a path to a file",
    { "a/pom.xml": pom("a", parent("p", "<relativePath>../p.xml</relativePath>")), "p.xml": pom("p") },
    ["a", "p"],
  ],
  [
    "excludes a parent from a repository",
    { "a/pom.xml": pom("a", parent("p", "<relativePath/>")), "pom.xml": pom("p") },
    ["a"],
  ],
  ["excludes another pom in the directory above", { "a/pom.xml": pom("a", parent("p")), "pom.xml": pom("q") }, ["a"]],
  [
    "excludes a parent outside the app",
    { "a/pom.xml": pom("a", parent("p", "<relativePath>../../../etc/passwd</relativePath>")) },
    ["a"],
  ],
  [
    "ends at a pom that names itself as its parent",
    { "a/pom.xml": pom("a", parent("a", "<relativePath>pom.xml</relativePath>")) },
    ["a"],
  ],
  ["is an error if the pom is malformed", { "a/pom.xml": "<project>" }, "POM_INVALID: cannot read a/pom.xml"],
  ["is an error if the pom does not exist", {}, "POM_INVALID: cannot read a/pom.xml"],
])("the chain of parents of a pom.xml %s", async ([, app, expected]) => {
  expect(await lineage(app, "a/pom.xml")).toEqual(expected);
});
