import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildpackFolders as buildpacks } from "../support/buildpack-folders.ts";
import { root } from "../support/cnb.ts";

const textOf = (...names: readonly string[]): string => readFileSync(join(root, "buildpacks", ...names), "utf8");

/** The variables that a buildpack.toml declares. */
const declaredBy = (folder: string): readonly string[] =>
  Array.from(
    textOf(folder, "buildpack.toml").matchAll(/^\[\[metadata\.configurations\]\]\nname = "(\w+)"/gm),
    ([, name = ""]) => name,
  );

/** The variables that tests of a buildpack set, as `NAME: "value"` or `NAME=value`. */
const setInTests = (folder: string): ReadonlySet<string> =>
  new Set(
    readdirSync(join(root, "buildpacks", folder, "src"), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(test|conformance)\.ts$/.test(path))
      .flatMap((path) => Array.from(textOf(folder, "src", path).matchAll(/\b([A-Z][A-Z\d_]+)(?::|=)/g)))
      .map(([, name = ""]) => name),
  );

/** Nobody can list what environment-variables reads, and there is nothing to say about a commit. */
const withoutVariables = ["environment-variables", "git"];

const documentedBy = (folder: string): ReadonlySet<string> =>
  new Set(Array.from(textOf(folder, "README.md").matchAll(/`([A-Z][A-Z\d_]+)`/g), ([, name = ""]) => name));

describe.each(buildpacks)("each configuration variable of %s", (folder) => {
  const declared = declaredBy(folder);
  const lacking = (names: ReadonlySet<string>) => declared.filter((name) => !names.has(name));

  test("is set in a test of the buildpack", () => expect(lacking(setInTests(folder))).toEqual([]));

  test("is documented in the buildpack's README", () => {
    expect(declared.length > 0).toBe(!withoutVariables.includes(folder));
    expect(lacking(documentedBy(folder))).toEqual([]);
  });
});
