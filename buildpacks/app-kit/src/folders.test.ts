import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { foldersAbove, inDir, projectFolder } from "./folders.ts";

test.for<[string, string, string]>([
  ["", "", ""],
  ["", "a", "a"],
  ["a/b", "", "a/b"],
  ["a/b", "c/d", "a/b/c/d"],
])("comparing the directories %j and %j", ([dir, path, expected]) => expect(inDir(dir, path)).toBe(expected));

test.for<[string, readonly string[]]>([
  ["", []],
  ["a", [""]],
  ["a/b/c", ["a/b", "a", ""]],
])("the directories above %j are %j", ([dir, expected]) => expect(foldersAbove(dir)).toEqual(expected));

/** The folder that a build finds. */
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

test.for<[string | undefined, string]>([
  [undefined, ""],
  ["", ""],
  [".", ""],
  ["apps/web", "apps/web"],
  ["./apps//web/", "apps/web"],
])("%j is the directory %j", async ([value, expected]) => expect(await folderOf(value)).toBe(expected));

test.for<[string, string]>([
  ["gone", 'BP_X is "gone": the app has no such folder'],
  ["/apps", 'BP_X is "/apps": it does not lie in the app'],
  ["apps/../..", 'BP_X is "apps/../..": it does not lie in the app'],
])("the directory %j is refused", async ([value, message]) => {
  await expect(folderOf(value)).rejects.toMatchObject({ code: "X_INVALID", message, hint: "Set it." });
});
