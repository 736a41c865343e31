import { symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { sourceDigests } from "./key.ts";

const app = { "pom.xml": "<a/>", "web/pom.xml": "<b/>", "web/src/A.java": "class A {}", "web/target/a.jar": "1" };
const outputs = ["target", "web/target"];
const digests = (files: object) => inApp({ ...app, ...files }, (app) => sourceDigests(app, outputs));

test.for<[string, object, readonly string[]]>([
  ["build output does not change the source digests", { "web/target/a.jar": "2", "target/classes/B.class": "3" }, []],
  ["the git history does not change the source digests", { ".git/HEAD": "ref", ".idea/a.xml": "" }, []],
  ["a changed file of a module changes the digest of that module", { "web/src/A.java": "class B {}" }, ["web"]],
  ["a new file outside of modules gets its own source digest", { "README.md": "a" }, ["README.md"]],
])("%s", async ([, files, changed]) => {
  const [before, after] = [await digests({}), await digests(files)];
  expect(Object.keys(before)).toEqual(["pom.xml", "web"]);
  expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(changed);
});

test("the source digest of a directory that contains only build output is empty", async () =>
  expect(await inApp({ "web/target/a.jar": "1" }, (app) => sourceDigests(app, outputs))).toEqual({ web: "" }));

test("another target of a symbolic link changes the source digests, even if the target is outside the app", async () => {
  const linkedTo = (target: string) =>
    inApp(app, (app) => {
      for (const path of ["web/out", "out"]) symlinkSync(target, app.path(path));
      return sourceDigests(app, outputs);
    });
  const [before, same, other] = [await linkedTo("/nowhere"), await linkedTo("/nowhere"), await linkedTo("/etc")];
  expect(before).toEqual(same);
  expect(Object.keys(other).filter((name) => other[name] !== before[name])).toEqual(["out", "web"]);
});
