import { symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { sourceDigests } from "./source.ts";

const app = { "pom.xml": "<a/>", "web/pom.xml": "<b/>", "web/src/A.java": "class A {}", "web/target/a.jar": "1" };
const outputs = ["target", "web/target"];
const digests = (files: object) => inApp({ ...app, ...files }, (app) => sourceDigests(app, outputs));

test.for<[string, object, readonly string[]]>([
  ["what is built does not count", { "web/target/a.jar": "2", "target/classes/B.class": "3" }, []],
  ["nor does the history", { ".git/HEAD": "ref", ".idea/a.xml": "" }, []],
  ["a file of a module counts as the module", { "web/src/A.java": "class B {}" }, ["web"]],
  ["a new file", { "README.md": "a" }, ["README.md"]],
])("%s", async ([, files, changed]) => {
  const [before, after] = [await digests({}), await digests(files)];
  expect(Object.keys(before)).toEqual(["pom.xml", "web"]);
  expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(changed);
});

test("a directory that contains only build output is empty", async () =>
  expect(await inApp({ "web/target/a.jar": "1" }, (app) => sourceDigests(app, outputs))).toEqual({ web: "" }));

test("a symbolic link counts as its target, which may be outside the app", async () => {
  const linkedTo = (target: string) =>
    inApp(app, (app) => {
      for (const path of ["web/out", "out"]) symlinkSync(target, app.path(path));
      return sourceDigests(app, outputs);
    });
  const [before, same, other] = [await linkedTo("/nowhere"), await linkedTo("/nowhere"), await linkedTo("/etc")];
  expect(before).toEqual(same);
  expect(Object.keys(other).filter((name) => other[name] !== before[name])).toEqual(["out", "web"]);
});
