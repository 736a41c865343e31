import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { commitOf } from "./commit.ts";

const reads = "<artifactId>git-commit-id-maven-plugin</artifactId>";
const head = { ".git/HEAD": "ref: refs/heads/main\n" };

test.for<[string, FileMap, string, string | undefined]>([
  ["nobody asks for it", { ...head, ".git/refs/heads/main": "abc" }, "<project/>", undefined],
  ["there is none", {}, reads, undefined],
  ["a branch", { ...head, ".git/refs/heads/main": "abc\n" }, reads, "abc"],
  [
    "a branch that is packed",
    { ...head, ".git/packed-refs": "# pack\nabc refs/heads/main\n" },
    reads,
    "abc refs/heads/main",
  ],
  ["no branch", { ".git/HEAD": "abc\n" }, reads, "abc"],
])("the commit is available if %s", async ([, files, text, expected]) =>
  expect(await inApp(files, (app) => commitOf(app, [{ path: "pom.xml", text }]))).toBe(expected),
);
