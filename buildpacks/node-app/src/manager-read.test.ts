import { defineBuildpack, pass } from "libcnb";
import { detect, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { ManagerChoice } from "./manager.ts";
import { readManagerChoice } from "./manager-choice.ts";

async function choiceIn(app: FileMap, root = "", override?: string): Promise<ManagerChoice> {
  const choices: ManagerChoice[] = [];
  const reader = defineBuildpack({
    async detect(context) {
      choices.push(await readManagerChoice(context.app, { root, dir: root }, override));
      return pass();
    },
    build: () => ({}),
  });
  expect(await detect(reader, { app })).toMatchObject({ outcome: "pass" });
  return choices[0] as ManagerChoice;
}

const berry = "__metadata:\n  version: 8\n";

test.for<[string, FileMap, Partial<ManagerChoice>]>([
  ["npm if the app is empty", {}, { name: "npm", version: undefined, warnings: [] }],
  [
    "pnpm 8 by the lockfile version 6.0",
    { "pnpm-lock.yaml": "lockfileVersion: '6.0'\n" },
    { name: "pnpm", lockfileVersions: "8" },
  ],
  [
    "Yarn 1 by the header of yarn.lock",
    { "yarn.lock": "# yarn lockfile v1\n" },
    { name: "yarn", lockfileVersions: "1" },
  ],
  ["Yarn 4 by the metadata of yarn.lock", { "yarn.lock": berry }, { name: "yarn", lockfileVersions: ">=4 <4.14" }],
  ["Yarn 2 or newer by .yarnrc.yml", { "yarn.lock": "", ".yarnrc.yml": "" }, { name: "yarn", lockfileVersions: ">=2" }],
  [
    "Yarn with the range in engines and the range of its lockfile",
    { "package.json": '{"engines":{"yarn":">=1.22"}}', "yarn.lock": "# yarn lockfile v1\n" },
    { name: "yarn", version: ">=1.22", lockfileVersions: "1" },
  ],
  [
    "the Yarn release that yarnPath in .yarnrc.yml names",
    {
      "yarn.lock": berry,
      ".yarnrc.yml": 'nodeLinker: pnp\nyarnPath: ".yarn/releases/yarn-4.9.1.cjs"\n',
      ".yarn/releases/yarn-4.9.1.cjs": "",
    },
    { name: "yarn", version: "4.9.1", vendored: ".yarn/releases/yarn-4.9.1.cjs", source: "yarnPath in .yarnrc.yml" },
  ],
  [
    "the Yarn release that yarn-path in .yarnrc names",
    { ".yarnrc": 'lastUpdateCheck 1\nyarn-path "./bin/yarn-1.22.19.js"\n', "bin/yarn-1.22.19.js": "" },
    { name: "yarn", version: "1.22.19", vendored: "bin/yarn-1.22.19.js", source: "yarn-path in .yarnrc" },
  ],
  [
    "the Yarn of yarn.lock, with a warning, if the file that yarnPath names is missing",
    { "yarn.lock": berry, ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.9.1.cjs\n" },
    {
      name: "yarn",
      vendored: undefined,
      source: "yarn.lock",
      warnings: [
        "yarnPath in .yarnrc.yml names .yarn/releases/yarn-4.9.1.cjs, which does not exist: the buildpack downloads Yarn instead. Commit .yarn/releases/yarn-4.9.1.cjs (see .gitignore), or remove yarnPath.",
      ],
    },
  ],
])("the package manager that the app's files determine is %s", async ([, app, expected]) => {
  expect(await choiceIn(app)).toMatchObject(expected);
});

test("the package manager of a project in a subdirectory is selected by the files of that directory", async () => {
  const app = { "package-lock.json": "{}", "apps/web/.yarnrc.yml": "yarnPath: yarn.cjs", "apps/web/yarn.cjs": "" };
  const files = { ...app, "apps/web/package.json": '{"name":"web"}' };
  expect(await choiceIn(files, "apps/web")).toMatchObject({
    name: "yarn",
    version: undefined,
    vendored: "apps/web/yarn.cjs",
  });
  expect(await choiceIn(files)).toMatchObject({ name: "npm", lockfile: "package-lock.json" });
});

test("BP_NODE_PACKAGE_MANAGER takes precedence over package.json", async () => {
  expect(await choiceIn({ "package.json": "{}" }, "", "pnpm@11")).toMatchObject({ name: "pnpm", version: "11" });
});
