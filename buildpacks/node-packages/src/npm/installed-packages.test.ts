import { expect, test } from "vitest";
import { installedPackages, modulesDirs, nestedModulesDirs, productionLockfile } from "./installed-packages.ts";

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

test("npm's hidden lockfile is read without the app's own packages", () => {
  expect(installedPackages(lockfile).map(({ path, name, isDev, isLink }) => [path, name, isDev, isLink])).toEqual([
    ["node_modules/@s/a", "@s/a", false, false],
    ["node_modules/@s/a/node_modules/b", "b", true, false],
    ["node_modules/alias", "real", false, false],
    ["node_modules/member", "member", false, true],
    ["packages/member/node_modules/c", "c", false, false],
  ]);
});

test.for<[string, unknown]>([
  ["no lockfile", undefined],
  ["null", null],
  ["a string", "text"],
  ["a list in place of packages", { packages: [] }],
  ["a number in place of a package", { packages: { "node_modules/a": 1 } }],
  [
    "paths that leave the app",
    { packages: { "node_modules/../../a": { version: "1.0.0", dev: true }, "/node_modules/a": { version: "1.0.0" } } },
  ],
])("an invalid hidden lockfile of npm lists no package: %s", ([, strange]) => {
  expect(installedPackages(strange).filter(({ version }) => version !== undefined)).toEqual([]);
});

test("modulesDirs returns the node_modules directories of the app and its workspaces", () => {
  const packages = installedPackages(lockfile);
  expect(modulesDirs(packages)).toEqual(["node_modules", "packages/member/node_modules"]);
  expect(nestedModulesDirs(packages)).toEqual([
    "packages/member/node_modules",
    "node_modules/@s/a/node_modules",
    "node_modules",
  ]);
});

test("the hidden lockfile for launch has no development packages and no registry URLs", () => {
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
