import type { PackageJson } from "@libcnb/node-app";
import type { s } from "libcnb";
import { expect, test } from "vitest";
import type { Project } from "../package-manager.ts";
import { type InstallHost, installKeyOf, whyInstalled } from "./install-key.ts";

const manifest = (table: s.Table) => ({ table }) as PackageJson;
const app = { name: "app", version: "1.0.0", scripts: { start: "node ." }, dependencies: { ms: "2.1.3" } };
const project = {
  manifests: { "": manifest(app) },
  inputs: { lockfile: "{}", settings: "fund=false" },
} as unknown as Project;
const host: InstallHost = { manager: "npm 11", node: "v24.21.0", target: "linux amd64 debian 12" };
const key = installKeyOf(project, host);

test.for<[string, Partial<Project>, Partial<InstallHost>, readonly string[]]>([
  [
    "the app gets another version and other scripts",
    { manifests: { "": manifest({ ...app, version: "2.0.0", scripts: {} }) } },
    {},
    [],
  ],
  [
    "a dependency is removed from the app",
    { manifests: { "": manifest({ ...app, dependencies: {} }) } },
    {},
    ["dependencies"],
  ],
  [
    "a dependency is added to a workspace",
    { manifests: { ...project.manifests, "packages/a": manifest({ dependencies: { ms: "2" } }) } },
    {},
    ["dependencies"],
  ],
  ["the lockfile changes", { inputs: { ...project.inputs, lockfile: "{ }" } }, {}, ["inputs"]],
  ["an input is added", { inputs: { ...project.inputs, patches: "" } }, {}, ["inputs"]],
  ["the inputs are in another order", { inputs: { settings: "fund=false", lockfile: "{}" } }, {}, []],
  ["the package manager changes", {}, { manager: "npm 12" }, ["manager"]],
  ["the version of Node.js changes", {}, { node: "v22.23.3" }, ["node"]],
  ["the architecture changes", {}, { target: "linux arm64 debian 12" }, ["target"]],
])(
  "the cache key of an installation changes only in the expected fields if %s",
  ([, projectChange, hostChange, fields]) => {
    const other = installKeyOf({ ...project, ...projectChange }, { ...host, ...hostChange });
    const fieldsOf = Object.keys(key) as (keyof typeof key)[];
    expect(fieldsOf.filter((field) => JSON.stringify(key[field]) !== JSON.stringify(other[field]))).toEqual(fields);
  },
);

test("the logged reason for installing packages again names changed inputs and shows changed versions", () => {
  const changes = [
    { field: "dependencies", from: "1f", to: "2e" },
    { field: "inputs.lockfile", from: "1f", to: "2e" },
    { field: "inputs.patches", from: undefined, to: "2e" },
    { field: "inputs.settings", from: "1f", to: undefined },
    { field: "node", from: "v22.23.3", to: "v24.21.0" },
  ];
  expect(whyInstalled({ kind: "metadata-changed", changes })).toBe(
    'dependencies changed, lockfile changed, patches added, settings removed, node changed from "v22.23.3" to "v24.21.0"',
  );
  expect(whyInstalled({ kind: "absent" })).toBe("no cached layer");
});
