import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { folderOf, pomsOf } from "./poms.ts";
import { changingPart } from "./project.ts";

const pom = (inner: string): string => `<project><artifactId>all</artifactId>${inner}</project>`;

test("the poms of a project include those of its modules in all profiles, with any file name", async () => {
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
  ["a fixed version cannot change", element("dependency", "1.0"), undefined],
  ["a range of exactly one version cannot change", element("dependency", "[1.0]"), undefined],
  ["a version range can change", element("dependency", "[1.0,2)"), why("lib [1.0,2)")],
  ["the latest version of a plugin can change", element("plugin", "LATEST"), why("lib LATEST")],
  ["a snapshot as its parent can change", element("parent", "1-SNAPSHOT"), why("lib 1-SNAPSHOT")],
  ["a snapshot of the same project as its parent cannot change", element("parent", "1-SNAPSHOT", "all"), undefined],
  ["a snapshot library is left to the build's report", element("dependency", "1-SNAPSHOT"), undefined],
  [
    "a version range in an exclusion cannot change",
    pom(
      "<dependency><exclusions><exclusion><artifactId>b</artifactId><version>[1,2]</version></exclusion></exclusions><version>1</version></dependency>",
    ),
    undefined,
  ],
])("the check of a pom for dependencies whose version can change: %s", ([, text, expected]) =>
  expect(changingPart([{ path: "pom.xml", text }])).toBe(expected),
);
