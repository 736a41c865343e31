// @needs processes
import { resolve } from "node:path";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import nodePackages from "./buildpack.ts";
import { machineEnv } from "./test-machine.ts";

const buildpack = resolve(import.meta.dirname, "..");

const manifest = { name: "app", version: "1.0.0", devDependencies: { ms: "2.1.3" } };
const ms = {
  version: "2.1.3",
  dev: true,
  integrity: "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==",
};
const app: FileMap = {
  "package.json": JSON.stringify(manifest),
  "package-lock.json": JSON.stringify({
    name: "app",
    version: "1.0.0",
    lockfileVersion: 3,
    requires: true,
    packages: { "": manifest, "node_modules/ms": ms },
  }),
};

const built = (env: Readonly<Record<string, string>>, more: FileMap = {}) =>
  build(nodePackages, { buildpack, app: { ...app, ...more }, env: { ...machineEnv, ...env } });

const packagesIn = (layers: FileMap) => {
  const text = layers["launch.sbom.cdx.json"];
  return text === undefined
    ? undefined
    : JSON.parse(String(text)).components.map(({ name }: { readonly name: string }) => name);
};

test.for<[string, Readonly<Record<string, string>>, boolean, readonly string[] | undefined]>([
  ["development dependencies are not in the image by default", {}, false, []],
  [
    "BP_NODE_KEEP_DEV_DEPENDENCIES keeps development dependencies in the image",
    { BP_NODE_KEEP_DEV_DEPENDENCIES: "true" },
    true,
    ["ms"],
  ],
  ["BP_DISABLE_SBOM disables SBOMs", { BP_DISABLE_SBOM: "true" }, false, undefined],
])("in a build of node-packages, %s", async ([, env, isPresent, packages]) => {
  const { app, layers } = await built(env);
  expect([Object.hasOwn(app, "node_modules/ms/package.json"), packagesIn(layers)]).toEqual([isPresent, packages]);
  const documents = Object.keys(layers).filter((path) => path.includes(".sbom."));
  expect(documents).toHaveLength(packages === undefined ? 0 : 6);
});

test("BP_NODE_PACKAGE_MANAGER selects one of two lockfiles", async () => {
  const both = { "yarn.lock": "" };
  await expect(built({}, both)).rejects.toMatchObject({ code: "NODE_LOCKFILES_CONFLICT" });
  const { log } = await built({ BP_NODE_PACKAGE_MANAGER: "npm" }, both);
  expect(log).toContain("Installing dependencies (no cached layer)");
  expect(log).toContain("Packages in the image: 0 of 1");
});
