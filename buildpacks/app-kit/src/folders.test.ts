import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { foldersAbove, inDir, projectFolder } from "./folders.ts";

test.for<[string, string, string]>([
  ["", "", ""],
  ["", "a", "a"],
  ["a/b", "", "a/b"],
  ["a/b", "c/d", "a/b/c/d"],
])("the directory %j joined with the path %j has no extra slash", ([dir, path, expected]) =>
  expect(inDir(dir, path)).toBe(expected),
);

test.for<[string, readonly string[]]>([
  ["", []],
  ["a", [""]],
  ["a/b/c", ["a/b", "a", ""]],
])("the directories above %j are %j", ([dir, expected]) => expect(foldersAbove(dir)).toEqual(expected));

/** The directory that a build finds. */
async function folderOf(value: string | undefined): Promise<string> {
  let found = "none";
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build({ app }) {
      found = await projectFolder(app, { name: "BP_X", value, code: "X_INVALID", hint: "Set it." });
    },
  });
  await build(buildpack, { app: { "apps/web/main.txt": "" } });
  return found;
}

test.for<[string, string | undefined, string]>([
  ["without a value is the app's root", undefined, ""],
  ["with an empty value is the app's root", "", ""],
  ["of . is the app's root", ".", ""],
  ["of apps/web is this directory", "apps/web", "apps/web"],
  ["of ./apps//web/ is the directory apps/web", "./apps//web/", "apps/web"],
])("the setting for the project's directory is resolved in the app: a setting %s", async ([, value, expected]) =>
  expect(await folderOf(value)).toBe(expected),
);

test.for<[string, string]>([
  ["gone", 'BP_X is "gone": the app has no such directory'],
  ["/apps", 'BP_X is "/apps": this path is absolute'],
  ["apps/../..", 'BP_X is "apps/../..": this path is outside of the app'],
])("the value %j of the setting for the project's directory is refused", async ([value, message]) => {
  await expect(folderOf(value)).rejects.toMatchObject({ code: "X_INVALID", message, hint: "Set it." });
});
