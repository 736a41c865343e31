import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/cnb.ts";

const buildpacks = ["node-engine", "node-packages", "node-start", "python-engine", "python-packages", "python-start"];

const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(join(root, "buildpacks", folder, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => readFileSync(join(root, "buildpacks", folder, "src", path), "utf8"));

/** Codes of errors that are made in a folder. */
const codesIn = (folder: string): readonly string[] =>
  sourcesOf(folder).flatMap((text) =>
    Array.from(
      text.matchAll(/(?:\b(?:UserError|toolFailure)\(\s*|\bcode: )"([A-Z]+(?:_[A-Z]+)+)"/g),
      ([, code]) => code ?? "",
    ),
  );

/** Codes of errors that functions of node-app throw for the buildpacks that call them. */
const codesOfNodeApp: Readonly<Record<string, readonly string[]>> = {
  projectDirs: ["NODE_PROJECT_PATH_INVALID"],
  readPackageJson: ["PACKAGE_JSON_INVALID"],
  readManagerChoice: ["NODE_LOCKFILES_CONFLICT", "NODE_LOCKFILE_OF_ANOTHER", "NODE_PACKAGE_MANAGER_INVALID"],
};

const usedOfNodeApp = (folder: string): readonly string[] =>
  Object.entries(codesOfNodeApp).flatMap(([name, codes]) =>
    sourcesOf(folder).some((text) => text.includes(`${name}(`)) ? codes : [],
  );

const documented = (folder: string): readonly string[] =>
  Array.from(
    readFileSync(join(root, "buildpacks", folder, "README.md"), "utf8").matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g),
    ([, code]) => code ?? "",
  );

describe("each code of an error is in the README of its buildpack", () => {
  test.for(buildpacks)("%s", (folder) => {
    const codes = new Set([...codesIn(folder), ...usedOfNodeApp(folder)]);
    const known = new Set(documented(folder));
    expect(codes.size).toBeGreaterThan(0);
    expect([...codes].filter((code) => !known.has(code)).sort()).toEqual([]);
  });

  test("node-app throws no other", () => {
    expect([...new Set(codesIn("node-app"))].sort()).toEqual(Object.values(codesOfNodeApp).flat().sort());
  });
});
