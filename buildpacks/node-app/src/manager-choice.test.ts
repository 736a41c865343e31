import { expect, test } from "vitest";
import type { ManagerChoice } from "./manager.ts";
import { chooseManager, type ManagerSources } from "./manager-choice.ts";
import type { PackageJson } from "./package-json.ts";

const packageJson: PackageJson = {
  table: {},
  name: "app",
  version: undefined,
  main: undefined,
  type: undefined,
  packageManager: undefined,
  scripts: {},
  engines: {},
  dependencies: {},
  devDependencies: {},
  optionalDependencies: {},
  devEngines: {},
  workspaces: undefined,
};

type RequestInputs = Partial<PackageJson> & Partial<Omit<ManagerSources, "packageJson">>;

const sourcesOf = ({ override, vendored, files = [], ...fields }: RequestInputs): ManagerSources => ({
  override,
  vendored,
  files,
  packageJson: { ...packageJson, ...fields },
});

const none: Omit<ManagerChoice, "name" | "source"> = {
  version: undefined,
  lockfileVersions: undefined,
  digest: undefined,
  vendored: undefined,
  lockfile: undefined,
  losers: [],
  warnings: [],
};

const field = "packageManager in package.json";
const devEngines = "devEngines.packageManager in package.json";
const vendored = { path: ".yarn/releases/yarn-4.9.1.cjs", source: "yarnPath in .yarnrc.yml" };

test.for<[string, RequestInputs, Pick<ManagerChoice, "name" | "source"> & Partial<ManagerChoice>]>([
  ["nothing says anything", {}, { name: "npm", source: "the default, as nothing names another" }],
  [
    "package-lock.json",
    { files: ["package-lock.json"] },
    { name: "npm", source: "package-lock.json", lockfile: "package-lock.json" },
  ],
  [
    "npm-shrinkwrap.json",
    { files: ["npm-shrinkwrap.json"] },
    { name: "npm", source: "npm-shrinkwrap.json", lockfile: "npm-shrinkwrap.json" },
  ],
  [
    "a lone pnpm-lock.yaml",
    { files: ["pnpm-lock.yaml"] },
    { name: "pnpm", source: "pnpm-lock.yaml", lockfile: "pnpm-lock.yaml" },
  ],
  ["yarn.lock", { files: ["yarn.lock"] }, { name: "yarn", source: "yarn.lock", lockfile: "yarn.lock" }],
  [
    "settings of Yarn 2",
    { files: ["yarn.lock", ".yarnrc.yml"] },
    { name: "yarn", source: "yarn.lock", lockfile: "yarn.lock", lockfileVersions: ">=2" },
  ],
  ["bun.lock", { files: ["bun.lock"] }, { name: "bun", source: "bun.lock", lockfile: "bun.lock" }],
  ["bun.lockb", { files: ["bun.lockb"] }, { name: "bun", source: "bun.lockb", lockfile: "bun.lockb" }],
  [
    "npm prefers the shrinkwrap",
    { files: ["npm-shrinkwrap.json", "package-lock.json"] },
    {
      name: "npm",
      source: "npm-shrinkwrap.json",
      lockfile: "npm-shrinkwrap.json",
      warnings: ["package-lock.json is ignored: npm reads npm-shrinkwrap.json. Delete one of them."],
    },
  ],
  [
    "packageManager with a digest",
    { packageManager: "pnpm@10.34.9+sha512.0a1b", files: ["pnpm-lock.yaml"] },
    { name: "pnpm", version: "10.34.9", digest: "sha512.0a1b", source: field, lockfile: "pnpm-lock.yaml" },
  ],
  ["a pre-release", { packageManager: "yarn@4.0.0-rc.48" }, { name: "yarn", version: "4.0.0-rc.48", source: field }],
  [
    "devEngines",
    { devEngines: { packageManager: { name: "pnpm", version: "^10", onFail: "error" } } },
    { name: "pnpm", version: "^10", source: devEngines },
  ],
  [
    "the first known tool of devEngines",
    { devEngines: { packageManager: [{ name: "vlt" }, { name: "bun" }, { name: "npm" }] } },
    { name: "bun", source: devEngines },
  ],
  [
    "engines",
    { engines: { node: "24", pnpm: ">=9" }, files: ["pnpm-lock.yaml"] },
    { name: "pnpm", version: ">=9", source: "engines.pnpm in package.json", lockfile: "pnpm-lock.yaml" },
  ],
  [
    "several engines: the one with a lockfile",
    { engines: { npm: ">=8", pnpm: ">=9", yarn: ">=1.22" }, files: ["yarn.lock"] },
    {
      name: "yarn",
      version: ">=1.22",
      source: "engines.yarn in package.json",
      lockfile: "yarn.lock",
      losers: ["pnpm >=9 from engines.pnpm in package.json is not considered"],
    },
  ],
  [
    "engines.npm of a template does not beat another tool's lockfile",
    { engines: { npm: ">=8" }, files: ["pnpm-lock.yaml"] },
    { name: "pnpm", source: "pnpm-lock.yaml", lockfile: "pnpm-lock.yaml" },
  ],
  [
    "words for people are not a range",
    { engines: { npm: "please use yarn", pnpm: "no", bun: `1${"-1".repeat(100)}!` }, files: ["yarn.lock"] },
    { name: "yarn", source: "yarn.lock", lockfile: "yarn.lock" },
  ],
  [
    "engines decide between two lockfiles",
    { engines: { npm: "11.x" }, files: ["package-lock.json", "yarn.lock"] },
    {
      name: "npm",
      version: "11.x",
      source: "engines.npm in package.json",
      lockfile: "package-lock.json",
      warnings: ["yarn.lock is ignored: engines.npm in package.json asks for npm. Delete the file that is wrong."],
    },
  ],
  [
    "packageManager beats devEngines and engines",
    {
      packageManager: "npm@11.2.0",
      devEngines: { packageManager: { name: "yarn" } },
      engines: { pnpm: "9", npm: "11.2.0" },
    },
    {
      name: "npm",
      version: "11.2.0",
      source: field,
      losers: [
        "yarn from devEngines.packageManager in package.json is not considered",
        "pnpm 9 from engines.pnpm in package.json is not considered",
      ],
    },
  ],
  [
    "the user of the build beats all",
    { override: "bun", packageManager: "npm@11.2.0", files: ["bun.lock"] },
    {
      name: "bun",
      source: "BP_NODE_PACKAGE_MANAGER",
      lockfile: "bun.lock",
      losers: ["npm 11.2.0 from packageManager in package.json is not considered"],
    },
  ],
  [
    "the user of the build with a range",
    { override: "pnpm@^9.1 || 10", packageManager: "pnpm@8.15.9" },
    {
      name: "pnpm",
      version: "^9.1 || 10",
      source: "BP_NODE_PACKAGE_MANAGER",
      losers: ["pnpm 8.15.9 from packageManager in package.json is not considered"],
    },
  ],
  [
    "who names the tool alone leaves the version to others",
    { override: "pnpm", engines: { pnpm: "9.x" } },
    { name: "pnpm", version: "9.x", source: "BP_NODE_PACKAGE_MANAGER, its version by engines.pnpm in package.json" },
  ],
  [
    "Yarn in the app",
    { vendored, packageManager: "yarn@4.9.0", files: ["yarn.lock", ".yarnrc.yml"] },
    {
      name: "yarn",
      version: "4.9.1",
      vendored: vendored.path,
      lockfileVersions: ">=2",
      source: vendored.source,
      lockfile: "yarn.lock",
      losers: ["yarn 4.9.0 from packageManager in package.json is not considered"],
    },
  ],
  [
    "Yarn in the app under a name without version",
    { vendored: { ...vendored, path: ".yarn/releases/yarn-berry.cjs" } },
    { name: "yarn", vendored: ".yarn/releases/yarn-berry.cjs", source: vendored.source },
  ],
  [
    "Yarn in the app is left over",
    { vendored, packageManager: "pnpm@10.1.0" },
    { name: "pnpm", version: "10.1.0", source: field },
  ],
  [
    "dependencies without a lockfile",
    { dependencies: { ms: "2" }, packageManager: "yarn@1.22.22" },
    {
      name: "yarn",
      version: "1.22.22",
      source: field,
      warnings: [
        'There is no yarn.lock: yarn chooses the newest versions that fit, which another build may not get. Run "yarn install" and commit yarn.lock.',
      ],
    },
  ],
])("the package manager: %s", ([, given, expected]) => {
  expect(chooseManager(sourcesOf(given))).toEqual({ ...none, ...expected });
});

const exact = (name: string) => `Write an exact version, such as "${name}".`;
const known = 'Use one of npm, yarn, pnpm and bun, such as "pnpm@10.34.9".';

test.for<[string, RequestInputs, { code: string; message: string; hint: string }]>([
  ...(
    [
      ["pnpm@10", exact("pnpm@10.34.9")],
      ["yarn@^4.1.0", exact("yarn@4.18.1")],
      ["npm", exact("npm@11.21.2")],
      ["bun@latest", exact("bun@1.4.5")],
      ["yarn@https://registry.test/yarn.tgz", exact("yarn@4.18.1")],
      ["pnpm@10.34.9+sha512.xyz", exact("pnpm@10.34.9")],
      ["deno@2.0.0", known],
      ["", known],
      ["__proto__@1.0.0", known],
    ] as const
  ).map(([packageManager, hint]): [string, RequestInputs, { code: string; message: string; hint: string }] => [
    `packageManager ${packageManager}`,
    { packageManager },
    {
      code: "NODE_PACKAGE_MANAGER_INVALID",
      message: `${field} is "${packageManager}", which names no package manager`,
      hint,
    },
  ]),
  [
    "a range that is none",
    { override: "pnpm@newest" },
    {
      code: "NODE_PACKAGE_MANAGER_INVALID",
      message: 'BP_NODE_PACKAGE_MANAGER is "pnpm@newest", which names no package manager',
      hint: 'Write a name, or a name and a version range such as "pnpm@10".',
    },
  ],
  [
    "devEngines with an unknown tool only",
    { devEngines: { packageManager: { name: "vlt" } } },
    {
      code: "NODE_PACKAGE_MANAGER_INVALID",
      message: `${devEngines} names "vlt"`,
      hint: 'Use one of npm, yarn, pnpm and bun, such as { "name": "pnpm", "version": "^10" }.',
    },
  ],
  [
    "two lockfiles and nobody who decides",
    { files: ["yarn.lock", "package-lock.json"] },
    {
      code: "NODE_LOCKFILES_CONFLICT",
      message: "the app has lockfiles of several package managers: package-lock.json and yarn.lock",
      hint: 'Delete those of the package managers that you do not use; or say in package.json which one you do, such as "packageManager": "yarn@4.18.1"; or set BP_NODE_PACKAGE_MANAGER to npm or yarn.',
    },
  ],
  [
    "the lockfile of another tool only",
    { packageManager: "pnpm@10.34.9", files: ["package-lock.json"] },
    {
      code: "NODE_LOCKFILE_OF_ANOTHER",
      message: `${field} asks for pnpm, but the app has only package-lock.json`,
      hint: 'Run "pnpm install", commit its lockfile and delete package-lock.json; or ask for npm there.',
    },
  ],
  [
    "engines.pnpm with the lockfile of another tool",
    { engines: { pnpm: "9" }, files: ["yarn.lock"] },
    {
      code: "NODE_LOCKFILE_OF_ANOTHER",
      message: "engines.pnpm in package.json asks for pnpm, but the app has only yarn.lock",
      hint: 'Run "pnpm install", commit its lockfile and delete yarn.lock; or ask for yarn there.',
    },
  ],
])("the package manager is refused: %s", ([, given, expected]) => {
  expect(() => chooseManager(sourcesOf(given))).toThrow(expect.objectContaining(expected));
});
