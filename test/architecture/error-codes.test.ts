import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildpackFolders as buildpacks } from "../support/buildpack-folders.ts";
import { root } from "../support/cnb.ts";

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

/** Codes of errors that functions of what a family shares throw for the buildpacks that call them. */
const codesOfShared: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "node-app": {
    projectDirs: ["NODE_PROJECT_PATH_INVALID"],
    readPackageJson: ["PACKAGE_JSON_INVALID"],
    chooseScripts: ["SCRIPT_UNKNOWN"],
    readManagerChoice: ["NODE_LOCKFILES_CONFLICT", "NODE_LOCKFILE_OF_ANOTHER", "NODE_PACKAGE_MANAGER_INVALID"],
  },
  "python-app": { projectDir: ["PYTHON_PROJECT_PATH_INVALID"] },
  "java-app": {
    projectDir: ["JAVA_PROJECT_PATH_INVALID"],
    readJar: ["JAR_INVALID"],
    inSameApp: ["POM_INVALID"],
  },
};

const usedOfShared = (folder: string): readonly string[] =>
  Object.entries(codesOfShared).flatMap(([shared, functions]) => {
    const users = sourcesOf(folder).filter((text) => text.includes(`"@libcnb/${shared}`));
    return Object.entries(functions).flatMap(([name, codes]) =>
      users.some((text) => text.includes(`${name}(`)) ? codes : [],
    );
  });

/** The page with a buildpack's errors: the README of a small one, the detailed page of another. */
function errorsOf(folder: string): string {
  const detailed = join(root, "docs/reference/buildpacks", `${folder}.md`);
  return readFileSync(existsSync(detailed) ? detailed : join(root, "buildpacks", folder, "README.md"), "utf8");
}

const documented = (folder: string): readonly string[] =>
  Array.from(errorsOf(folder).matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g), ([, code]) => code ?? "");

describe("each error code is documented by its buildpack", () => {
  test.for(buildpacks)("%s", (folder) => {
    const codes = new Set([...codesIn(folder), ...usedOfShared(folder)]);
    const known = new Set(documented(folder));
    expect(codes.size).toBeGreaterThan(0);
    expect([...codes].filter((code) => !known.has(code)).sort()).toEqual([]);
  });

  test.for(Object.entries(codesOfShared))(
    "the functions of %s throw exactly the codes listed here",
    ([folder, functions]) => {
      expect([...new Set(codesIn(folder))].sort()).toEqual(Object.values(functions).flat().sort());
    },
  );
});
