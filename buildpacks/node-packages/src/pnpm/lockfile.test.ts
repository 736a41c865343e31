import { expect, test } from "vitest";
import { parseYaml } from "../yaml.ts";
import { lockfileOf, nameAndVersion } from "./lockfile.ts";

/** All of a lockfile, with tables instead of maps. */
async function read(text: string): Promise<unknown> {
  const { version, importers, packages } = lockfileOf(await parseYaml(text, "pnpm-lock.yaml"));
  return JSON.parse(
    JSON.stringify({ version, importers, packages }, (_, each) =>
      each instanceof Map ? Object.fromEntries(each) : each,
    ),
  );
}

const none = { dependencies: {}, optionalDependencies: {} };

test("a pnpm lockfile of version 5.4 is read, with slashes in keys and versions as strings", async () => {
  const text = `lockfileVersion: 5.4
specifiers: {}
dependencies:
  '@babel/core': 7.26.0_supports-color@8.1.1
  odd: /is-odd/3.0.1
  lib: link:packages/lib
  is-positive: github.com/kevva/is-positive/97edff6
packages:
  /@babel/core/7.26.0_supports-color@8.1.1:
    resolution: {integrity: sha512-a}
    dependencies:
      ms: 2.1.3
    dev: false
  /is-odd/3.0.1:
    resolution: {integrity: sha512-b}
  /ms/2.1.3:
    resolution: {integrity: sha512-c}
  github.com/kevva/is-positive/97edff6:
    resolution: {tarball: https://codeload.github.com/kevva/is-positive/tar.gz/97edff6}
    name: is-positive
    version: 3.1.0
`;
  expect(await read(text)).toEqual({
    version: "5.4",
    importers: {
      "": {
        dependencies: {
          "@babel/core": "/@babel/core/7.26.0_supports-color@8.1.1",
          odd: "/is-odd/3.0.1",
          lib: "link:packages/lib",
          "is-positive": "github.com/kevva/is-positive/97edff6",
        },
        optionalDependencies: {},
        devDependencies: {},
      },
    },
    packages: {
      "/@babel/core/7.26.0_supports-color@8.1.1": {
        name: "@babel/core",
        version: "7.26.0",
        integrity: "sha512-a",
        dependencies: { ms: "/ms/2.1.3" },
        optionalDependencies: {},
      },
      "/is-odd/3.0.1": { name: "is-odd", version: "3.0.1", integrity: "sha512-b", ...none },
      "/ms/2.1.3": { name: "ms", version: "2.1.3", integrity: "sha512-c", ...none },
      "github.com/kevva/is-positive/97edff6": {
        name: "is-positive",
        version: "3.1.0",
        source: "https://codeload.github.com/kevva/is-positive/tar.gz/97edff6",
        ...none,
      },
    },
  });
});

test("a pnpm lockfile of version 6.0 is read, with @ in keys, versions in tables and importers", async () => {
  const text = `lockfileVersion: '6.0'
importers:
  .: {}
  packages/web:
    dependencies:
      vite:
        specifier: ^5.0.0
        version: 5.4.14(@types/node@22.10.7)
    devDependencies:
      '@types/node':
        specifier: 22.10.7
        version: 22.10.7
    optionalDependencies:
      fsevents:
        specifier: 2.3.3
        version: 2.3.3
packages:
  /@types/node@22.10.7:
    resolution: {integrity: sha512-a}
  /fsevents@2.3.3:
    resolution: {integrity: sha512-b}
    optional: true
  /vite@5.4.14(@types/node@22.10.7):
    resolution: {integrity: sha512-c, tarball: https://example.com/vite.tgz}
    dependencies:
      '@types/node': 22.10.7
    optionalDependencies:
      fsevents: 2.3.3
`;
  expect(await read(text)).toEqual({
    version: "6.0",
    importers: {
      "": { ...none, devDependencies: {} },
      "packages/web": {
        dependencies: { vite: "/vite@5.4.14(@types/node@22.10.7)" },
        devDependencies: { "@types/node": "/@types/node@22.10.7" },
        optionalDependencies: { fsevents: "/fsevents@2.3.3" },
      },
    },
    packages: {
      "/@types/node@22.10.7": { name: "@types/node", version: "22.10.7", integrity: "sha512-a", ...none },
      "/fsevents@2.3.3": { name: "fsevents", version: "2.3.3", integrity: "sha512-b", ...none },
      "/vite@5.4.14(@types/node@22.10.7)": {
        name: "vite",
        version: "5.4.14",
        integrity: "sha512-c",
        dependencies: { "@types/node": "/@types/node@22.10.7" },
        optionalDependencies: { fsevents: "/fsevents@2.3.3" },
      },
    },
  });
});

test("a pnpm lockfile of version 9.0 is read, with snapshots, pnpm's own document, git sources, archives and copied directories", async () => {
  const text = `lockfileVersion: '9.0'
importers:
  .:
    configDependencies: {}
---
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      odd:
        specifier: npm:is-odd@3.0.1
        version: is-odd@3.0.1(patch_hash=abc)
      lib:
        specifier: file:packages/lib
        version: file:packages/lib
      is-git:
        specifier: git+https://user:secret@example.com/is-git.git
        version: git+https://user:secret@example.com/is-git.git#97edff6
      is-positive:
        specifier: https://example.com/is-positive.tgz
        version: https://example.com/is-positive.tgz
packages:
  is-odd@3.0.1:
    resolution: {integrity: sha512-a}
  lib@file:packages/lib:
    resolution: {directory: packages/lib, type: directory}
  is-git@git+https://user:secret@example.com/is-git.git#97edff6:
    resolution: {commit: 97edff6, repo: https://user:secret@example.com/is-git.git, type: git}
    version: 1.0.0
  is-positive@https://example.com/is-positive.tgz:
    resolution: {integrity: sha512-b, tarball: https://example.com/is-positive.tgz}
    version: 3.1.0
snapshots:
  is-odd@3.0.1(patch_hash=abc): {}
  lib@file:packages/lib: {}
  is-git@git+https://user:secret@example.com/is-git.git#97edff6: {}
  is-positive@https://example.com/is-positive.tgz: {}
`;
  const git = "is-git@git+https://user:secret@example.com/is-git.git#97edff6";
  expect(await read(text)).toEqual({
    version: "9.0",
    importers: {
      "": {
        dependencies: {
          odd: "is-odd@3.0.1(patch_hash=abc)",
          lib: "lib@file:packages/lib",
          "is-git": git,
          "is-positive": "is-positive@https://example.com/is-positive.tgz",
        },
        optionalDependencies: {},
        devDependencies: {},
      },
    },
    packages: {
      "is-odd@3.0.1(patch_hash=abc)": { name: "is-odd", version: "3.0.1", integrity: "sha512-a", ...none },
      "lib@file:packages/lib": { name: "lib", version: "", directory: "packages/lib", ...none },
      [git]: { name: "is-git", version: "1.0.0", source: "git+https://example.com/is-git.git#97edff6", ...none },
      "is-positive@https://example.com/is-positive.tgz": {
        name: "is-positive",
        version: "3.1.0",
        integrity: "sha512-b",
        source: "https://example.com/is-positive.tgz",
        ...none,
      },
    },
  });
});

test.for([
  ["no content", ""],
  ["a list at the top level", "- a\n- b\n"],
  ["strings in place of tables", "importers: x\npackages: y\nsnapshots: z\n"],
  ["lists in place of tables", "importers: []\npackages: [1, 2]\n"],
  ["names such as __proto__ and constructor", "importers: { __proto__: { dependencies: { constructor: 1.0.0 } } }\n"],
] as const)("a pnpm lockfile with %s lists no package", async ([, text]) => {
  expect(await read(text)).toMatchObject({ packages: {} });
});

const unknown = { name: undefined, version: undefined };

test.for([
  ["ms@2.1.3", unknown, "ms", "2.1.3"],
  ["@types/node@22.10.7", unknown, "@types/node", "22.10.7"],
  ["vite@5.4.14(@types/node@22.10.7)", unknown, "vite", "5.4.14"],
  ["is-odd@3.0.1(patch_hash=abc)(react@18.3.1)", unknown, "is-odd", "3.0.1"],
  ["is-odd@https://example.com/a@b/is-odd.tgz", { name: undefined, version: "3.0.1" }, "is-odd", "3.0.1"],
  ["lib@file:packages/lib(react@18.3.1)", unknown, "lib", ""],
  ["/ms@2.1.3", unknown, "ms", "2.1.3"],
  ["/@babel/core@7.26.0(supports-color@8.1.1)", unknown, "@babel/core", "7.26.0"],
  ["example.com/ms@2.1.3", unknown, "ms", "2.1.3"],
  ["github.com/jonschlinkert/is-odd/46b5a0a", { name: "is-odd", version: "3.0.1" }, "is-odd", "3.0.1"],
  ["file:packages/lib", { name: "lib", version: "1.0.0" }, "lib", "1.0.0"],
  ["/ms/2.1.3", unknown, "ms", "2.1.3"],
  ["/@babel/core/7.26.0_supports-color@8.1.1", unknown, "@babel/core", "7.26.0"],
  ["/lodash_x/1.0.0-beta.1", unknown, "lodash_x", "1.0.0-beta.1"],
  ["example.com/@scope/ms/2.1.3", unknown, "@scope/ms", "2.1.3"],
  ["", unknown, "", ""],
] as const)('the package key "%s" of a pnpm lockfile is split into name and version', ([key, known, name, version]) => {
  expect(nameAndVersion(key, known)).toEqual({ name, version });
});
