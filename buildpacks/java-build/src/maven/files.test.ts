import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { changingPart } from "./changing.ts";
import { folderOf, pomsOf } from "./modules.ts";

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

const why = (what: string) => `pom.xml asks for ${what}, which may be another one each time`;

test.for<[string, string, string | undefined]>([
  ["a version", element("dependency", "1.0"), undefined],
  ["a version alone", element("dependency", "[1.0]"), undefined],
  ["a range", element("dependency", "[1.0,2)"), why("lib [1.0,2)")],
  ["the latest plugin", element("plugin", "LATEST"), why("lib LATEST")],
  ["a parent that is a snapshot", element("parent", "1-SNAPSHOT"), why("lib 1-SNAPSHOT")],
  ["a parent that is built here", element("parent", "1-SNAPSHOT", "all"), undefined],
  ["a library that is a snapshot, which the build itself tells", element("dependency", "1-SNAPSHOT"), undefined],
  [
    "what is left out",
    pom(
      "<dependency><exclusions><exclusion><artifactId>b</artifactId><version>[1,2]</version></exclusion></exclusions><version>1</version></dependency>",
    ),
    undefined,
  ],
])("files of Maven: %s", ([, text, expected]) => expect(changingPart([{ path: "pom.xml", text }])).toBe(expected));
