import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FailureTable } from "libcnb/kit";
import { describe, expect, test } from "vitest";
import { toolFailures } from "../../buildpacks/java-build/src/failures/tools.ts";
import { managerFailures } from "../../buildpacks/node-packages/src/failures/managers.ts";
import { scriptFailures } from "../../buildpacks/node-packages/src/failures/script.ts";
import { managerFailures as pythonFailures } from "../../buildpacks/python-packages/src/failures/managers.ts";
import { buildpackFolders as buildpacks } from "../support/buildpack-folders.ts";
import { root } from "../support/cnb.ts";

const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(join(root, "buildpacks", folder, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => readFileSync(join(root, "buildpacks", folder, "src", path), "utf8"));

/** Codes of errors that are made in a directory. */
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

describe("the error codes of the reference buildpacks", () => {
  test.for(buildpacks)("that %s uses are all documented by this buildpack", (folder) => {
    const codes = new Set([...codesIn(folder), ...usedOfShared(folder)]);
    const known = new Set(documented(folder));
    expect(codes.size).toBeGreaterThan(0);
    expect([...codes].filter((code) => !known.has(code)).sort()).toEqual([]);
  });

  test.for(Object.entries(codesOfShared))(
    "that the shared functions of %s throw are exactly those listed in this test",
    ([folder, functions]) => {
      expect([...new Set(codesIn(folder))].sort()).toEqual(Object.values(functions).flat().sort());
    },
  );
});

/** Words in capitals that a reader of an error is to see: abbreviations and environment variables. */
const shown = /^(A|BOM|C|CA|CI|CPU|GPU|JDK|LFS|SSH|URL|UTF)$|^(BP|NPM)_|_PROXY$|^NODE_OPTIONS$/;

interface Case {
  readonly table: FailureTable;
  /** Placeholders whose values are facts about one failure, or belong to the package manager. */
  readonly others?: readonly string[];
  /** The codes that the table's tool has. Default: all. */
  readonly codes?: RegExp;
}

const ofInstallation = /^(?!SCRIPT_)/;
const ofScript = {
  codes: /^SCRIPT_/,
  others: ["SCRIPT", "SCRIPT_NAME", ...Object.keys(managerFailures.npm.placeholders)],
};

const tables: Readonly<Record<string, Case>> = {
  Maven: { table: toolFailures.maven },
  Gradle: { table: toolFailures.gradle },
  npm: { table: managerFailures.npm, codes: ofInstallation },
  Yarn: { table: managerFailures.yarn, codes: ofInstallation },
  pnpm: { table: managerFailures.pnpm, codes: ofInstallation },
  Bun: { table: managerFailures.bun, codes: ofInstallation },
  "a script of package.json": { table: scriptFailures, ...ofScript },
  pip: { table: pythonFailures.pip },
  uv: { table: pythonFailures.uv },
  Poetry: { table: pythonFailures.poetry },
  Pipenv: { table: pythonFailures.pipenv },
  PDM: { table: pythonFailures.pdm },
};

/** The words in capitals of a table's texts. */
const wordsOf = ({ failures }: FailureTable, codes = /./): readonly string[] =>
  Object.entries(failures)
    .filter(([code]) => codes.test(code))
    .flatMap(([, { message, hint }]) => `${message} ${hint}`.match(/\b[A-Z_]+\b/g) ?? []);

describe.for(Object.entries(tables))("the error messages for failures of %s", ([, { table, others = [], codes }]) => {
  test("have a value for each placeholder", () => {
    const known = new Set(["ENDING", ...Object.keys(table.placeholders), ...others]);
    expect(wordsOf(table, codes).filter((word) => !known.has(word) && !shown.test(word))).toEqual([]);
  });

  test("declare only placeholders that a message or hint contains", () => {
    const used = new Set(wordsOf(table));
    expect(Object.keys(table.placeholders).filter((placeholder) => !used.has(placeholder))).toEqual([]);
  });
});
