import type { PackageJson } from "@libcnb/node-app";
import { expect, test } from "vitest";
import {
  installedPackages,
  modulesDirs,
  neededBy,
  nestedModulesDirs,
  productionLockfile,
} from "./installed-packages.ts";

const lockfile = {
  name: "app",
  lockfileVersion: 3,
  packages: {
    "": { name: "app" },
    "node_modules/@s/a": {
      version: "1.0.0",
      license: "MIT",
      integrity: "sha512-AAEC",
      resolved: "https://r.test/@s/a/-/a-1.0.0.tgz",
    },
    "node_modules/@s/a/node_modules/b": { version: "2.0.0", dev: true },
    "node_modules/alias": { name: "real", version: "3.0.0", resolved: "git+ssh://git@git.test/x.git#abc" },
    "node_modules/member": { resolved: "packages/member", link: true },
    "packages/member": { name: "member", version: "0.0.0" },
    "packages/member/node_modules/c": { version: "4.0.0", devOptional: true },
  },
};

test("installed packages are read from npm's hidden lockfile, except the app's own", () => {
  expect(installedPackages(lockfile).map(({ path, name, isDev, isLink }) => [path, name, isDev, isLink])).toEqual([
    ["node_modules/@s/a", "@s/a", false, false],
    ["node_modules/@s/a/node_modules/b", "b", true, false],
    ["node_modules/alias", "real", false, false],
    ["node_modules/member", "member", false, true],
    ["packages/member/node_modules/c", "c", false, false],
  ]);
});

test.for<[string, unknown]>([
  ["is missing", undefined],
  ["is null", null],
  ["is a string", "text"],
  ["has a list in place of packages", { packages: [] }],
  ["has a number in place of a package", { packages: { "node_modules/a": 1 } }],
  [
    "has only paths that leave the app",
    { packages: { "node_modules/../../a": { version: "1.0.0", dev: true }, "/node_modules/a": { version: "1.0.0" } } },
  ],
])("the hidden lockfile of npm lists no package if it %s", ([, strange]) => {
  expect(installedPackages(strange).filter(({ version }) => version !== undefined)).toEqual([]);
});

test("the node_modules directories of the app and of its workspaces are found", () => {
  const packages = installedPackages(lockfile);
  expect(modulesDirs(packages)).toEqual(["node_modules", "packages/member/node_modules"]);
  expect(nestedModulesDirs(packages)).toEqual([
    "packages/member/node_modules",
    "node_modules/@s/a/node_modules",
    "node_modules",
  ]);
});

test("npm's hidden lockfile in the image has no development packages and no registry URLs", () => {
  expect(productionLockfile(lockfile)).toEqual({
    name: "app",
    lockfileVersion: 3,
    packages: {
      "": { name: "app" },
      "node_modules/@s/a": { version: "1.0.0", license: "MIT", integrity: "sha512-AAEC" },
      "node_modules/alias": { name: "real", version: "3.0.0", resolved: "git+ssh://git@git.test/x.git#abc" },
      "node_modules/member": { resolved: "packages/member", link: true },
      "packages/member": { name: "member", version: "0.0.0" },
      "packages/member/node_modules/c": { version: "4.0.0", devOptional: true },
    },
  });
});

const manifest = (table: PackageJson["table"]) => ({ table }) as PackageJson;

const manifests = {
  "": manifest({ workspaces: ["*"], dependencies: { shared: "1" }, devDependencies: { turbo: "1" } }),
  web: manifest({ name: "web", dependencies: { ui: "*", a: "1" }, devDependencies: { vite: "1" } }),
  ui: manifest({ name: "ui", dependencies: { b: "1" }, devDependencies: { vite: "1" } }),
  api: manifest({ name: "api", dependencies: { a: "2", c: "1" } }),
};

const recordOfWorkspaces = {
  lockfileVersion: 3,
  packages: {
    "node_modules/web": { resolved: "web", link: true },
    "node_modules/ui": { resolved: "ui", link: true },
    "node_modules/api": { resolved: "api", link: true },
    "node_modules/shared": { version: "1.0.0" },
    "node_modules/a": { version: "1.0.0", optionalDependencies: { absent: "1" } },
    "node_modules/b": { version: "1.0.0", peerDependencies: { d: "1" } },
    "node_modules/c": { version: "1.0.0" },
    "node_modules/d": { version: "1.0.0" },
    "node_modules/turbo": { version: "1.0.0", dev: true },
    "node_modules/vite": { version: "1.0.0", dev: true },
    "api/node_modules/a": { version: "2.0.0" },
    api: { name: "api" },
    ui: { name: "ui" },
    web: { name: "web" },
  },
};

test.for<[string, readonly string[]]>([
  [
    "web",
    ["api", "api/node_modules/a", "node_modules/api", "node_modules/c", "node_modules/turbo", "node_modules/vite"],
  ],
  [
    "api",
    [
      "node_modules/a",
      "node_modules/b",
      "node_modules/d",
      "node_modules/turbo",
      "node_modules/ui",
      "node_modules/vite",
      "node_modules/web",
      "ui",
      "web",
    ],
  ],
])(
  "packages that the workspace %s does not need are marked as extraneous in npm's hidden lockfile",
  ([workspace, expected]) => {
    const { packages } = neededBy(workspace, recordOfWorkspaces, manifests) as typeof recordOfWorkspaces;
    const extraneous = Object.entries(packages).filter(([, entry]) => "extraneous" in entry);
    expect(extraneous.map(([path]) => path).toSorted()).toEqual(expected);
  },
);
