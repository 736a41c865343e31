import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { commitOf } from "./project.ts";

const reads = "<artifactId>git-commit-id-maven-plugin</artifactId>";
const head = { ".git/HEAD": "ref: refs/heads/main\n" };

test.for<[string, FileMap, string, string | undefined]>([
  ["unknown if the pom does not use the commit", { ...head, ".git/refs/heads/main": "abc" }, "<project/>", undefined],
  ["unknown without a git directory", {}, reads, undefined],
  ["that of the branch", { ...head, ".git/refs/heads/main": "abc\n" }, reads, "abc"],
  [
    "that of a packed branch",
    { ...head, ".git/packed-refs": "# pack\nabc refs/heads/main\n" },
    reads,
    "abc refs/heads/main",
  ],
  ["that of a detached HEAD", { ".git/HEAD": "abc\n" }, reads, "abc"],
])("the git commit for the build is %s", async ([, files, text, expected]) =>
  expect(await inApp(files, (app) => commitOf(app, [{ path: "pom.xml", text }]))).toBe(expected),
);
