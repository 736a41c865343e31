import { expect, test } from "vitest";
import { type InstallHost, type InstallKey, installKeyOf, whyInstalled } from "./install-key.ts";
import type { Project } from "./project.ts";

const project: Project = {
  packageJson: { name: "app", version: "1.0.0", scripts: { start: "node ." }, dependencies: { ms: "2.1.3" } },
  workspaces: {},
  lockfile: { name: "package-lock.json", text: "{}", workspaces: [] },
  npmrc: "fund=false\n",
};
const host: InstallHost = { env: {}, nodeVersion: "v24.21.0", arch: "amd64" };
const key = installKeyOf(project, host);

const changed = (other: InstallKey) =>
  (Object.keys(key) as (keyof InstallKey)[]).filter((field) => key[field] !== other[field]);

test.for<[string, Partial<Project>, Partial<InstallHost>, readonly (keyof InstallKey)[]]>([
  [
    "another version and script of the app",
    { packageJson: { ...project.packageJson, version: "2.0.0", scripts: {} } },
    {},
    [],
  ],
  ["another dependency", { packageJson: { ...project.packageJson, dependencies: {} } }, {}, ["dependencies"]],
  [
    "a dependency of a workspace",
    { workspaces: { "packages/a": { dependencies: { ms: "2" } } } },
    {},
    ["dependencies"],
  ],
  ["another lockfile", { lockfile: { name: "package-lock.json", text: "{ }", workspaces: [] } }, {}, ["lockfile"]],
  ["no lockfile", { lockfile: undefined }, {}, ["lockfile"]],
  ["another .npmrc", { npmrc: "legacy-peer-deps=true\n" }, {}, ["settings"]],
  ["another token in .npmrc", { npmrc: "fund=false\n//r.test/:_authToken=a\n" }, {}, []],
  ["a setting by environment", {}, { env: { NPM_CONFIG_LEGACY_PEER_DEPS: "true" } }, ["settings"]],
  [
    "another registry by environment",
    {},
    { env: { NPM_CONFIG_REGISTRY: "https://r.test", NPM_CONFIG_CACHE: "/c" } },
    [],
  ],
  ["another Node.js", {}, { nodeVersion: "v22.23.3" }, ["node"]],
  ["another architecture", {}, { arch: "arm64" }, ["arch"]],
])("%s changes what it should", ([, projectChange, hostChange, fields]) => {
  expect(changed(installKeyOf({ ...project, ...projectChange }, { ...host, ...hostChange }))).toEqual(fields);
});

test("a changed digest is only named, a changed version is told", () => {
  const changes = [
    { field: "lockfile", from: "1f", to: "2e" },
    { field: "node", from: "v22.23.3", to: "v24.21.0" },
  ];
  expect(whyInstalled({ kind: "metadata-changed", changes })).toBe(
    'lockfile changed, node changed from "v22.23.3" to "v24.21.0"',
  );
  expect(whyInstalled({ kind: "absent" })).toBe("no cached layer");
});
