import { defineBuildpack, pass } from "libcnb";
import { detect, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { ManagerChoice } from "./manager.ts";
import { readManagerChoice } from "./manager-read.ts";

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
  ["an empty app", {}, { name: "npm", version: undefined, warnings: [] }],
  ["pnpm of 2023", { "pnpm-lock.yaml": "lockfileVersion: '6.0'\n" }, { name: "pnpm", lockfileVersions: "8" }],
  ["Yarn 1", { "yarn.lock": "# yarn lockfile v1\n" }, { name: "yarn", lockfileVersions: "1" }],
  ["Yarn 4", { "yarn.lock": berry }, { name: "yarn", lockfileVersions: ">=4 <4.14" }],
  ["Yarn 2 by its settings", { "yarn.lock": "", ".yarnrc.yml": "" }, { name: "yarn", lockfileVersions: ">=2" }],
  [
    "engines and lockfile",
    { "package.json": '{"engines":{"yarn":">=1.22"}}', "yarn.lock": "# yarn lockfile v1\n" },
    { name: "yarn", version: ">=1.22", lockfileVersions: "1" },
  ],
  [
    "Yarn in the app",
    {
      "yarn.lock": berry,
      ".yarnrc.yml": 'nodeLinker: pnp\nyarnPath: ".yarn/releases/yarn-4.9.1.cjs"\n',
      ".yarn/releases/yarn-4.9.1.cjs": "",
    },
    { name: "yarn", version: "4.9.1", vendored: ".yarn/releases/yarn-4.9.1.cjs", source: "yarnPath in .yarnrc.yml" },
  ],
  [
    "Yarn 1 in the app",
    { ".yarnrc": 'lastUpdateCheck 1\nyarn-path "./bin/yarn-1.22.19.js"\n', "bin/yarn-1.22.19.js": "" },
    { name: "yarn", version: "1.22.19", vendored: "bin/yarn-1.22.19.js", source: "yarn-path in .yarnrc" },
  ],
  [
    "Yarn that is not in the app",
    { "yarn.lock": berry, ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.9.1.cjs\n" },
    {
      name: "yarn",
      vendored: undefined,
      source: "yarn.lock",
      warnings: [
        "yarnPath in .yarnrc.yml names .yarn/releases/yarn-4.9.1.cjs, which is not there: Yarn is downloaded instead. Commit it (see .gitignore), or remove yarnPath.",
      ],
    },
  ],
])("the package manager is read: %s", async ([, app, expected]) => {
  expect(await choiceIn(app)).toMatchObject(expected);
});

test("a project in a subdirectory has its own files", async () => {
  const app = { "package-lock.json": "{}", "apps/web/.yarnrc.yml": "yarnPath: yarn.cjs", "apps/web/yarn.cjs": "" };
  const files = { ...app, "apps/web/package.json": '{"name":"web"}' };
  expect(await choiceIn(files, "apps/web")).toMatchObject({
    name: "yarn",
    version: undefined,
    vendored: "apps/web/yarn.cjs",
  });
  expect(await choiceIn(files)).toMatchObject({ name: "npm", lockfile: "package-lock.json" });
});

test("the build's user option takes precedence", async () => {
  expect(await choiceIn({ "package.json": "{}" }, "", "pnpm@11")).toMatchObject({ name: "pnpm", version: "11" });
});
