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
  ["npm by default", {}, { name: "npm", source: "the default, because the app requests no package manager" }],
  [
    "npm for package-lock.json",
    { files: ["package-lock.json"] },
    { name: "npm", source: "package-lock.json", lockfile: "package-lock.json" },
  ],
  [
    "npm for npm-shrinkwrap.json",
    { files: ["npm-shrinkwrap.json"] },
    { name: "npm", source: "npm-shrinkwrap.json", lockfile: "npm-shrinkwrap.json" },
  ],
  [
    "pnpm for pnpm-lock.yaml",
    { files: ["pnpm-lock.yaml"] },
    { name: "pnpm", source: "pnpm-lock.yaml", lockfile: "pnpm-lock.yaml" },
  ],
  ["yarn for yarn.lock", { files: ["yarn.lock"] }, { name: "yarn", source: "yarn.lock", lockfile: "yarn.lock" }],
  [
    "Yarn 2 or newer for yarn.lock next to .yarnrc.yml",
    { files: ["yarn.lock", ".yarnrc.yml"] },
    { name: "yarn", source: "yarn.lock", lockfile: "yarn.lock", lockfileVersions: ">=2" },
  ],
  ["bun for bun.lock", { files: ["bun.lock"] }, { name: "bun", source: "bun.lock", lockfile: "bun.lock" }],
  ["bun for bun.lockb", { files: ["bun.lockb"] }, { name: "bun", source: "bun.lockb", lockfile: "bun.lockb" }],
  [
    "npm with npm-shrinkwrap.json rather than package-lock.json",
    { files: ["npm-shrinkwrap.json", "package-lock.json"] },
    {
      name: "npm",
      source: "npm-shrinkwrap.json",
      lockfile: "npm-shrinkwrap.json",
      warnings: ["package-lock.json is ignored: npm reads npm-shrinkwrap.json. Delete one of them."],
    },
  ],
  [
    "the one in packageManager, with its version and digest",
    { packageManager: "pnpm@10.34.9+sha512.0a1b", files: ["pnpm-lock.yaml"] },
    { name: "pnpm", version: "10.34.9", digest: "sha512.0a1b", source: field, lockfile: "pnpm-lock.yaml" },
  ],
  [
    "the one in packageManager, with a pre-release version",
    { packageManager: "yarn@4.0.0-rc.48" },
    { name: "yarn", version: "4.0.0-rc.48", source: field },
  ],
  [
    "the one in devEngines",
    { devEngines: { packageManager: { name: "pnpm", version: "^10", onFail: "error" } } },
    { name: "pnpm", version: "^10", source: devEngines },
  ],
  [
    "the first known package manager in devEngines",
    { devEngines: { packageManager: [{ name: "vlt" }, { name: "bun" }, { name: "npm" }] } },
    { name: "bun", source: devEngines },
  ],
  [
    "the one in engines",
    { engines: { node: "24", pnpm: ">=9" }, files: ["pnpm-lock.yaml"] },
    { name: "pnpm", version: ">=9", source: "engines.pnpm in package.json", lockfile: "pnpm-lock.yaml" },
  ],
  [
    "the package manager in engines whose lockfile the app has",
    { engines: { npm: ">=8", pnpm: ">=9", yarn: ">=1.22" }, files: ["yarn.lock"] },
    {
      name: "yarn",
      version: ">=1.22",
      source: "engines.yarn in package.json",
      lockfile: "yarn.lock",
      losers: ["pnpm >=9 from engines.pnpm in package.json is ignored"],
    },
  ],
  [
    "the package manager whose lockfile the app has, even if engines names npm",
    { engines: { npm: ">=8" }, files: ["pnpm-lock.yaml"] },
    { name: "pnpm", source: "pnpm-lock.yaml", lockfile: "pnpm-lock.yaml" },
  ],
  [
    "not taken from engines if the value is not a version range",
    { engines: { npm: "please use yarn", pnpm: "no", bun: `1${"-1".repeat(100)}!` }, files: ["yarn.lock"] },
    { name: "yarn", source: "yarn.lock", lockfile: "yarn.lock" },
  ],
  [
    "the one in engines if the app has two lockfiles",
    { engines: { npm: "11.x" }, files: ["package-lock.json", "yarn.lock"] },
    {
      name: "npm",
      version: "11.x",
      source: "engines.npm in package.json",
      lockfile: "package-lock.json",
      warnings: [
        "yarn.lock is ignored: engines.npm in package.json requests npm. Delete either the file or the request.",
      ],
    },
  ],
  [
    "the one in packageManager rather than in devEngines or engines",
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
        "yarn from devEngines.packageManager in package.json is ignored",
        "pnpm 9 from engines.pnpm in package.json is ignored",
      ],
    },
  ],
  [
    "the one in BP_NODE_PACKAGE_MANAGER rather than in packageManager",
    { override: "bun", packageManager: "npm@11.2.0", files: ["bun.lock"] },
    {
      name: "bun",
      source: "BP_NODE_PACKAGE_MANAGER",
      lockfile: "bun.lock",
      losers: ["npm 11.2.0 from packageManager in package.json is ignored"],
    },
  ],
  [
    "the one in BP_NODE_PACKAGE_MANAGER, with its version range",
    { override: "pnpm@^9.1 || 10", packageManager: "pnpm@8.15.9" },
    {
      name: "pnpm",
      version: "^9.1 || 10",
      source: "BP_NODE_PACKAGE_MANAGER",
      losers: ["pnpm 8.15.9 from packageManager in package.json is ignored"],
    },
  ],
  [
    "the one in BP_NODE_PACKAGE_MANAGER, with the version range in engines",
    { override: "pnpm", engines: { pnpm: "9.x" } },
    {
      name: "pnpm",
      version: "9.x",
      source: "BP_NODE_PACKAGE_MANAGER, with its version from engines.pnpm in package.json",
    },
  ],
  [
    "the Yarn release that yarnPath names",
    { vendored, packageManager: "yarn@4.9.0", files: ["yarn.lock", ".yarnrc.yml"] },
    {
      name: "yarn",
      version: "4.9.1",
      vendored: vendored.path,
      lockfileVersions: ">=2",
      source: vendored.source,
      lockfile: "yarn.lock",
      losers: ["yarn 4.9.0 from packageManager in package.json is ignored"],
    },
  ],
  [
    "the Yarn release that yarnPath names, even if its file name has no version",
    { vendored: { ...vendored, path: ".yarn/releases/yarn-berry.cjs" } },
    { name: "yarn", vendored: ".yarn/releases/yarn-berry.cjs", source: vendored.source },
  ],
  [
    "the one in packageManager, even if the app contains a Yarn release",
    { vendored, packageManager: "pnpm@10.1.0" },
    { name: "pnpm", version: "10.1.0", source: field },
  ],
  [
    "the one in packageManager, with a warning that the lockfile is missing",
    { dependencies: { ms: "2" }, packageManager: "yarn@1.22.22" },
    {
      name: "yarn",
      version: "1.22.22",
      source: field,
      warnings: [
        'There is no yarn.lock: yarn installs the newest versions that the app accepts, and another build may install different ones. Run "yarn install" and commit yarn.lock.',
      ],
    },
  ],
])("the package manager is %s", ([, given, expected]) => {
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
    `the invalid packageManager "${packageManager}"`,
    { packageManager },
    {
      code: "NODE_PACKAGE_MANAGER_INVALID",
      message: `${field} is "${packageManager}", which is not a valid request for a package manager`,
      hint,
    },
  ]),
  [
    "an invalid range in BP_NODE_PACKAGE_MANAGER",
    { override: "pnpm@newest" },
    {
      code: "NODE_PACKAGE_MANAGER_INVALID",
      message: 'BP_NODE_PACKAGE_MANAGER is "pnpm@newest", which is not a valid request for a package manager',
      hint: 'Write a name, or a name and a version range, such as "pnpm@10".',
    },
  ],
  [
    "devEngines with only an unknown tool",
    { devEngines: { packageManager: { name: "vlt" } } },
    {
      code: "NODE_PACKAGE_MANAGER_INVALID",
      message: `${devEngines} names "vlt" instead of a package manager`,
      hint: 'Set devEngines.packageManager to npm, yarn, pnpm or bun, such as { "name": "pnpm", "version": "^10" }.',
    },
  ],
  [
    "two lockfiles without a requested package manager",
    { files: ["yarn.lock", "package-lock.json"] },
    {
      code: "NODE_LOCKFILES_CONFLICT",
      message: "the app has lockfiles of several package managers: package-lock.json and yarn.lock",
      hint: 'Delete the lockfiles of the package managers that you do not use; or name the one that you use in package.json, such as "packageManager": "yarn@4.18.1"; or set BP_NODE_PACKAGE_MANAGER to npm or yarn.',
    },
  ],
  [
    "packageManager if the app has only the lockfile of another package manager",
    { packageManager: "pnpm@10.34.9", files: ["package-lock.json"] },
    {
      code: "NODE_LOCKFILE_OF_ANOTHER",
      message: `${field} requests pnpm, but the app has only package-lock.json`,
      hint: 'Run "pnpm install", commit the lockfile of pnpm and delete package-lock.json; or request npm in package.json.',
    },
  ],
  [
    "engines.pnpm if the app has only the lockfile of another package manager",
    { engines: { pnpm: "9" }, files: ["yarn.lock"] },
    {
      code: "NODE_LOCKFILE_OF_ANOTHER",
      message: "engines.pnpm in package.json requests pnpm, but the app has only yarn.lock",
      hint: 'Run "pnpm install", commit the lockfile of pnpm and delete yarn.lock; or request yarn in package.json.',
    },
  ],
])("the choice of a package manager fails for %s", ([, given, expected]) => {
  expect(() => chooseManager(sourcesOf(given))).toThrow(expect.objectContaining(expected));
});
