import { resolve } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { Project } from "../package-manager.ts";
import { readProject } from "./project.ts";

const lockfile = "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  packages/web: {}\n";
const app: FileMap = {
  "package.json": JSON.stringify({ name: "root", pnpm: { patchedDependencies: { "ms@2.1.3": "patches/ms.patch" } } }),
  "packages/web/package.json": '{ "name": "web" }',
  "packages/new/package.json": '{ "name": "new" }',
  "pnpm-lock.yaml": lockfile,
  "pnpm-workspace.yaml": "packages:\n  - packages/*\nnodeLinker: isolated\nstoreDir: /store\n",
  "patches/ms.patch": "patch",
  ".pnpmfile.cjs": "module.exports = {};",
  ".npmrc": "registry=https://registry.test\nhoist=false\n",
};

/** The result of the adapter for an app. */
async function read(files: FileMap, given: { toolVersion?: string; env?: Readonly<Record<string, string>> } = {}) {
  let project: Project | undefined;
  const { toolVersion = "10.34.9", env = {} } = given;
  const reader = defineBuildpack({
    detect: async () => pass(),
    async build({ app: read }) {
      const name = "pnpm-lock.yaml" in files ? "pnpm-lock.yaml" : undefined;
      project = await readProject({ app: read, dirs: { dir: "", root: "" }, env, toolVersion, lockfile: name });
      return {};
    },
  });
  await build(reader, { buildpack: resolve(import.meta.dirname, "../.."), app: files });
  return project as Project;
}

test("manifests, settings, hooks and patches of a pnpm app are read", async () => {
  const { manifests, inputs, mustInstall, withoutCredentials } = await read(app);
  expect(Object.keys(manifests)).toEqual(["", "packages/web"]);
  expect(inputs).toEqual({
    lockfile,
    settings: JSON.stringify([{ packages: ["packages/*"], nodeLinker: "isolated" }, [["hoist=false"]], []]),
    hooks: JSON.stringify(["module.exports = {};", ""]),
    patches: JSON.stringify(["patch"]),
    folders: "",
  });
  expect({ mustInstall, withoutCredentials }).toEqual({ mustInstall: undefined, withoutCredentials: {} });
});

test("without a lockfile, the workspaces of pnpm are those that match the patterns", async () => {
  const { "pnpm-lock.yaml": _, ...files } = app;
  const patterns = "packages:\n  - packages/*\n  - '!packages/new'\n  - '../*'\n";
  expect(Object.keys((await read(files)).manifests)).toEqual(["", "packages/new", "packages/web"]);
  expect(Object.keys((await read({ ...files, "pnpm-workspace.yaml": patterns })).manifests)).toEqual([
    "",
    "packages/web",
  ]);
  const hostile = `packages:\n  - '${"{a,b}".repeat(30)}'\n  - '${"[".repeat(5000)}'\n  - '${"**/".repeat(50)}web'\n`;
  expect(Object.keys((await read({ ...files, "pnpm-workspace.yaml": hostile })).manifests)).toEqual([
    "",
    "packages/web",
  ]);
});

test.for<[string, FileMap, Readonly<Record<string, string>>, readonly string[]]>([
  ["change with another patch", { "patches/ms.patch": "other" }, {}, ["patches"]],
  ["change with another hook", { ".pnpmfile.mjs": "export const hooks = {};" }, {}, ["hooks"]],
  ["change with another setting in .npmrc", { ".npmrc": "hoist=true\n" }, {}, ["settings"]],
  [
    "change with a setting in an npm_config_ environment variable",
    {},
    { npm_config_shamefully_hoist: "true" },
    ["settings"],
  ],
  ["change with a setting in a PNPM_CONFIG_ environment variable", {}, { PNPM_CONFIG_HOIST: "false" }, ["settings"]],
  [
    "do not change with another registry",
    { ".npmrc": "registry=https://mirror.test\n@scope:registry=https://b.test\nhoist=false\n" },
    {},
    [],
  ],
  [
    "do not change with credentials",
    { ".npmrc": "hoist=false\n//registry.test/:_authToken=s3cret\n" },
    { NPM_CONFIG_USERCONFIG: "/x" },
    [],
  ],
  ["do not change with comments", { ".npmrc": "# hoist\n; hoist\nhoist=false\n" }, {}, []],
  [
    "do not change with the log level or the store directory",
    {},
    { NPM_CONFIG_LOGLEVEL: "debug", npm_config_store_dir: "/y" },
    [],
  ],
])("the inputs in the cache key of a pnpm installation %s", async ([, files, env, changed]) => {
  const before = (await read(app)).inputs;
  const after = (await read({ ...app, ...files }, { env })).inputs;
  expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual(changed);
});

test("the cache key of a pnpm installation includes every file of a directory that the lockfile names with file:", async () => {
  const copied = `${lockfile}packages:\n  lib@file:lib:\n    resolution: {directory: lib, type: directory}\n  out@file:../out:\n    resolution: {directory: ../out, type: directory}\n`;
  const files = { ...app, "pnpm-lock.yaml": copied, "lib/index.js": "1" };
  const { folders } = (await read(files)).inputs;
  expect(folders).toMatch(/^sha256:/);
  expect((await read({ ...files, "lib/index.js": "2" })).inputs.folders).not.toBe(folders);
});

test("credentials are removed from each .npmrc of a pnpm app", async () => {
  const files = { ...app, ".npmrc": "hoist=false\n//a/:_authToken=s3cret\n", "packages/web/.npmrc": "_auth=s3cret" };
  expect((await read(files)).withoutCredentials).toEqual({ ".npmrc": "hoist=false\n", "packages/web/.npmrc": "" });
});

test.for<[string, FileMap]>([
  ["in a workspace", { "packages/web/package.json": '{ "scripts": { "postinstall": "node x" } }' }],
  ["in pnpm:devPreinstall", { "package.json": '{ "scripts": { "pnpm:devPreinstall": "node x" } }' }],
])("the install scripts of a pnpm app %s run in each build", async ([, files]) => {
  expect((await read({ ...app, ...files })).mustInstall).toBe("install-scripts");
});

test.for<[string, FileMap, string, string]>([
  [
    "a lockfile with merge conflict markers",
    { "pnpm-lock.yaml": "<<<<<<< a\n" },
    "PACKAGES_LOCKFILE_INVALID",
    "pnpm-lock.yaml cannot be read",
  ],
  [
    "a lockfile of pnpm 8",
    { "pnpm-lock.yaml": "lockfileVersion: '6.0'\n" },
    "PACKAGES_LOCKFILE_UNSUITABLE",
    "pnpm 10 cannot read pnpm-lock.yaml",
  ],
  [
    "malformed settings",
    { "pnpm-workspace.yaml": "a: [" },
    "PACKAGES_FILE_INVALID",
    "pnpm-workspace.yaml is not valid YAML",
  ],
  [
    "settings with many YAML aliases",
    { "pnpm-workspace.yaml": `a: &a [1]\nb: [${Array(50).fill("*a")}]\n` },
    "PACKAGES_FILE_INVALID",
    "pnpm-workspace.yaml is not valid YAML",
  ],
  [
    "PnP in pnpm-workspace.yaml",
    { "pnpm-workspace.yaml": "nodeLinker: pnp\n" },
    "PACKAGES_LAYOUT_UNSUPPORTED",
    "the app sets node-linker=pnp for pnpm, which this buildpack does not support",
  ],
  [
    "PnP in .npmrc",
    { ".npmrc": "node-linker = pnp\n" },
    "PACKAGES_LAYOUT_UNSUPPORTED",
    "the app sets node-linker=pnp for pnpm, which this buildpack does not support",
  ],
])("an installation with pnpm refuses %s", async ([, files, code, message]) => {
  await expect(read({ ...app, ...files })).rejects.toMatchObject({ code, message });
});
