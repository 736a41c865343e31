import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { folderOf, pomsOf } from "./poms.ts";
import { changingPart } from "./project.ts";

const pom = (inner: string): string => `<project><artifactId>all</artifactId>${inner}</project>`;

test("the poms of a project include the poms of its modules in all profiles, whatever their file names", async () => {
  const app = {
    "pom.xml": pom("<modules><module>core</module><!-- <module>old</module> --><module>../outside</module></modules>"),
    "core/pom.xml": pom("<profiles><profile><modules><module>deep/pom.xml</module></modules></profile></profiles>"),
    "core/deep/pom.xml": pom("<modules><module>..</module></modules>"),
    "old/pom.xml": pom(""),
  };
  const poms = await inApp(app, (app) => pomsOf(app, "pom.xml"));
  expect(poms.map(folderOf)).toEqual(["", "core", "core/deep"]);
});

const element = (kind: string, version: string, artifact = "lib") =>
  pom(`<${kind}><groupId>g</groupId><artifactId>${artifact}</artifactId><version>${version}</version></${kind}>`);

const why = (what: string) => `pom.xml requests ${what}, which can resolve to a different version each time`;

test.for<[string, string, string | undefined]>([
  ["accepts a fixed version", element("dependency", "1.0"), undefined],
  ["accepts a range of exactly one version", element("dependency", "[1.0]"), undefined],
  ["reports a version range", element("dependency", "[1.0,2)"), why("lib [1.0,2)")],
  ["reports the latest version of a plugin", element("plugin", "LATEST"), why("lib LATEST")],
  ["reports a parent that is a snapshot of another project", element("parent", "1-SNAPSHOT"), why("lib 1-SNAPSHOT")],
  ["accepts a parent that is a snapshot of the same project", element("parent", "1-SNAPSHOT", "all"), undefined],
  ["leaves a snapshot library to the report of the build", element("dependency", "1-SNAPSHOT"), undefined],
  [
    "accepts a version range in an exclusion",
    pom(
      "<dependency><exclusions><exclusion><artifactId>b</artifactId><version>[1,2]</version></exclusion></exclusions><version>1</version></dependency>",
    ),
    undefined,
  ],
])("the check for versions in a pom that can change without an edit %s", ([, text, expected]) =>
  expect(changingPart([{ path: "pom.xml", text }])).toBe(expected),
);
