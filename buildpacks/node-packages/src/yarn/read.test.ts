import { defineBuildpack, pass, type UserError } from "libcnb";
import { detect, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { Project } from "../package-manager.ts";
import { berry } from "../yarn-berry/berry.ts";
import { classic } from "../yarn-classic/classic.ts";

/** The result of the adapter for a version of Yarn, without the app and the environment. */
async function readWith(toolVersion: string, files: FileMap): Promise<Project | UserError> {
  const found: (Project | UserError)[] = [];
  const adapter = toolVersion.startsWith("1.") ? classic : berry;
  const reader = defineBuildpack({
    async detect({ app }) {
      const source = { app, env: {}, dirs: { dir: "", root: "" }, toolVersion, lockfile: "yarn.lock" };
      found.push(await adapter.read(source).catch((error: UserError) => error));
      return pass();
    },
    build: () => ({}),
  });
  await detect(reader, { app: { "package.json": "{}", "yarn.lock": "", ...files } });
  return found[0] as Project | UserError;
}

const conflict = "# yarn lockfile v1\n<<<<<<< HEAD\n=======\n>>>>>>> other\n";
const workspaces = {
  "package.json": '{"private":true,"workspaces":["packages/*"]}',
  "packages/a/package.json": '{"name":"a","dependencies":{"ms":"^2.1.0","b":"*","c":"github:c/c"}}',
  "packages/b/package.json": '{"name":"b"}',
};

test.each<[string, string, FileMap, string, string]>([
  [
    "a lockfile with merge conflict markers",
    "1.22.22",
    { "yarn.lock": conflict },
    "PACKAGES_LOCKFILE_INVALID",
    "yarn.lock has a merge conflict marker in line 2",
  ],
  [
    "a lockfile with merge conflict markers",
    "4.18.1",
    { "yarn.lock": conflict },
    "PACKAGES_LOCKFILE_INVALID",
    "yarn.lock has a merge conflict marker in line 2",
  ],
  [
    "a lockfile of Yarn 1",
    "4.18.1",
    { "yarn.lock": "# yarn lockfile v1\n" },
    "NODE_LOCKFILE_OF_ANOTHER",
    "yarn.lock was written by Yarn 1, but this build installs with Yarn 4.18.1",
  ],
  [
    "a lockfile of Yarn 2",
    "1.22.22",
    { "yarn.lock": "__metadata:\n  version: 4\n" },
    "NODE_LOCKFILE_OF_ANOTHER",
    "yarn.lock was written by Yarn 2 or newer, but this build installs with Yarn 1.22.22",
  ],
  [
    "a lockfile that does not match a workspace",
    "1.22.22",
    { ...workspaces, "yarn.lock": 'ms@^2.0.0:\n  version "2.0.0"\n' },
    "PACKAGES_LOCKFILE_OUT_OF_SYNC",
    "yarn.lock does not match the workspaces",
  ],
  [
    "a .yarnrc.yml that is not YAML",
    "4.18.1",
    { ".yarnrc.yml": "a: [\n" },
    "PACKAGES_SETTINGS_INVALID",
    ".yarnrc.yml is not a YAML mapping of Yarn's settings",
  ],
  [
    "a .yarnrc.yml in the syntax of Yarn 1",
    "4.18.1",
    { ".yarnrc.yml": "registry none" },
    "PACKAGES_SETTINGS_INVALID",
    ".yarnrc.yml is not a YAML mapping of Yarn's settings",
  ],
])("reading a Yarn app refuses %s with Yarn %s", async (_, version, files, code, message) => {
  expect(await readWith(version, files)).toMatchObject({ code, message });
});

test.each<[string, string, FileMap, Partial<Project>]>([
  ["no further files", "1.22.22", {}, { mustInstall: undefined, withoutCredentials: {} }],
  [
    "install scripts",
    "1.22.22",
    { "package.json": '{"scripts":{"postinstall":"x"}}' },
    { mustInstall: "install-scripts" },
  ],
  [
    "a dependency in a directory",
    "1.22.22",
    { "package.json": '{"dependencies":{"a":"file:./a"}}' },
    { mustInstall: "packages in directories of the app" },
  ],
  [
    "registries in the lockfile",
    "1.22.22",
    { "yarn.lock": 'a@1:\n  resolved "https://mirror.test/a.tgz#1"\n' },
    { inputs: { lockfile: 'a@1:\n  resolved "https:///a.tgz#1"\n', settings: "[[],[]]" } },
  ],
  [
    "settings that affect the installed files",
    "1.22.22",
    { ".yarnrc": 'ignore-scripts true\nregistry "https://mirror.test"\n', ".npmrc": "optional=false\nfund=false\n" },
    { inputs: { lockfile: "", settings: '[["ignore-scripts \\"true\\"","optional=false"],[]]' } },
  ],
  [
    "a lockfile that matches the workspaces",
    "1.22.22",
    { ...workspaces, "yarn.lock": 'ms@^2.1.0:\n  version "2.1.3"\n' },
    { mustInstall: undefined },
  ],
  [
    "no further files",
    "4.18.1",
    {},
    { mustInstall: undefined, inputs: { lockfile: "", settings: "[[],[]]", patches: "[]", plugins: "[]" } },
  ],
  [
    "a token in its settings",
    "4.18.1",
    { ".yarnrc.yml": "nodeLinker: pnp\nnpmAuthToken: s3cret\n" },
    {
      withoutCredentials: { ".yarnrc.yml": "nodeLinker: pnp\n" },
      inputs: { lockfile: "", settings: '[[[".yarnrc.yml",{"nodeLinker":"pnp"}]],[]]', patches: "[]", plugins: "[]" },
    },
  ],
  [
    "patches and plugins",
    "4.18.1",
    { ".yarn/patches/a.patch": "a", ".yarn/plugins/@yarnpkg/plugin-b.cjs": "b" },
    {
      inputs: {
        lockfile: "",
        settings: "[[],[]]",
        patches: '[[".yarn/patches/a.patch","a"]]',
        plugins: '[[".yarn/plugins/@yarnpkg/plugin-b.cjs","b"]]',
      },
    },
  ],
  [
    "cyclic links and malformed escapes in paths",
    "4.18.1",
    {
      ".yarn/patches/a": "-> .",
      ".yarn/patches/b": "-> .",
      "yarn.lock":
        '__metadata:\n  version: 10\n\n"a@patch:a@1#~/%FF.patch::x":\n  resolution: "a@patch:a@1#~/%FF.patch::x"\n',
    },
    { mustInstall: undefined },
  ],
  [
    "a dependency in a directory",
    "4.18.1",
    { "yarn.lock": '__metadata:\n  version: 10\n\n"a@file:./a":\n  resolution: "a@file:./a#./a::hash=0&locator=b"\n' },
    { mustInstall: "packages in directories of the app" },
  ],
])("the inputs of an installation are read for an app with %s (Yarn %s)", async (_, version, files, expected) => {
  expect(await readWith(version, files)).toMatchObject(expected);
});
