// @needs processes
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PackageJson } from "@libcnb/node-app";
import { describe, expect, test } from "vitest";
import { graphOf } from "../sbom/test-graph.ts";
import { npmIn } from "../test-machine.ts";
import { packagesOf } from "./packages.ts";
import { listedGraph } from "./test-listing.ts";

const manifest = (table: Readonly<Record<string, unknown>>) => ({ table }) as unknown as PackageJson;
const root = {
  name: "shop",
  version: "1.0.0",
  dependencies: { a: "^1", alias: "npm:real@3", git: "git+ssh://git@git.test/x.git", archive: "https://x.test/y.tgz" },
  devDependencies: { tool: "^1" },
  optionalDependencies: { "other-system": "^1" },
};
const member = { name: "@shop/member", version: "0.1.0", dependencies: { b: "^1" }, devDependencies: { tool: "^1" } };

test("each package in an npm lockfile is listed with its resolved dependencies", () => {
  const lockfile = {
    lockfileVersion: 3,
    packages: {
      "node_modules/@shop/member": { resolved: "packages/member", link: true },
      "packages/member": member,
      "packages/member/node_modules/b": { version: "1.5.0", license: "ISC" },
      "packages/unknown": { version: "1.0.0" },
      "node_modules/.store/a@1.0.0-x": {},
      "node_modules/a": {
        version: "1.0.0",
        license: "MIT",
        integrity: "sha512-AAEC",
        resolved: "https://mirror.test/a/-/a-1.0.0.tgz",
        dependencies: { b: "^2" },
        peerDependencies: { alias: "*", absent: "*" },
      },
      "node_modules/a/node_modules/b": { version: "2.0.0", dependencies: { a: "^1" } },
      "node_modules/b": { version: "1.0.0", dev: true },
      "node_modules/tool": { version: "1.0.0", dev: true, dependencies: { b: "^1" } },
      "node_modules/alias": { name: "real", version: "3.0.0", devOptional: true },
      "node_modules/git": { version: "4.0.0", resolved: "git+ssh://git@git.test/x.git#1f2e" },
      "node_modules/archive": { version: "5.0.0", resolved: "https://me:secret@x.test/y.tgz", optional: true },
    },
  };
  const manifests = { "": manifest(root), "packages/member": manifest(member) };
  expect(packagesOf(lockfile, manifests)).toEqual([
    {
      role: "app",
      name: "shop",
      version: "1.0.0",
      scope: "runtime",
      dependencies: ["@shop/member@0.1.0", "a@1.0.0", "archive@5.0.0", "git@4.0.0", "real@3.0.0", "tool@1.0.0"],
    },
    {
      role: "workspace",
      name: "@shop/member",
      version: "0.1.0",
      scope: "runtime",
      dependencies: ["b@1.5.0", "tool@1.0.0"],
    },
    { name: "b", version: "1.5.0", license: "ISC", scope: "runtime", dependencies: [] },
    {
      name: "a",
      version: "1.0.0",
      license: "MIT",
      integrity: "sha512-AAEC",
      scope: "runtime",
      dependencies: ["b@2.0.0", "real@3.0.0"],
    },
    { name: "b", version: "2.0.0", scope: "runtime", dependencies: ["a@1.0.0"] },
    { name: "b", version: "1.0.0", scope: "development", dependencies: [] },
    { name: "tool", version: "1.0.0", scope: "development", dependencies: ["b@1.0.0"] },
    { name: "real", version: "3.0.0", scope: "optional", dependencies: [] },
    { name: "git", version: "4.0.0", scope: "runtime", dependencies: [], source: "git+ssh://git.test/x.git#1f2e" },
    { name: "archive", version: "5.0.0", scope: "optional", dependencies: [], source: "https://x.test/y.tgz" },
  ]);
});

test("packages are read from a lockfile of npm 6", () => {
  const lockfile = {
    lockfileVersion: 1,
    dependencies: {
      a: {
        version: "1.0.0",
        integrity: "sha512-AAEC",
        requires: { b: "^2" },
        dependencies: { b: { version: "2.0.0", bundled: true } },
      },
      b: { version: "1.0.0", dev: true },
      alias: { version: "npm:real@3.0.0", optional: true },
      git: { version: "git+ssh://git@git.test/x.git#1f2e", from: "git+ssh://git@git.test/x.git" },
    },
  };
  expect(packagesOf(lockfile, { "": manifest(root) })).toEqual([
    { role: "app", name: "shop", version: "1.0.0", scope: "runtime", dependencies: ["a@1.0.0", "git@", "real@3.0.0"] },
    { name: "a", version: "1.0.0", integrity: "sha512-AAEC", scope: "runtime", dependencies: ["b@2.0.0"] },
    { name: "b", version: "2.0.0", scope: "runtime", dependencies: [] },
    { name: "b", version: "1.0.0", scope: "development", dependencies: [] },
    { name: "real", version: "3.0.0", scope: "optional", dependencies: [] },
    { name: "git", version: "", scope: "runtime", dependencies: [], source: "git+ssh://git.test/x.git#1f2e" },
  ]);
});

test.for<[string, unknown]>([
  ["is missing", undefined],
  ["is null", null],
  ["is a string", "text"],
  ["has a list in place of packages", { packages: [] }],
  ["has a number in place of a dependency", { dependencies: { a: 1 } }],
  ["has a link with wrong types", { packages: { "node_modules/a": { link: true, resolved: 7, dependencies: ["x"] } } }],
])("the SBOM lists at least the app itself if the lockfile of npm %s", ([, strange]) => {
  const app = { role: "app", name: "app", version: "", scope: "runtime" };
  expect(packagesOf(strange, {})[0]).toMatchObject(app);
});

type Files = Readonly<Record<string, unknown>>;

/** The packages that npm lists for an installed tree, and those in the record of the installation. */
async function both(files: Files): Promise<readonly unknown[]> {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-npm-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), JSON.stringify(content));
    }
    await npmIn(dir, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline");
    const { stdout } = await npmIn(dir, "ls", "--all", "--json", "--long");
    const record = JSON.parse(await readFile(join(dir, "node_modules/.package-lock.json"), "utf8"));
    const manifests = Object.entries(files).map(([path, table]) => [dirname(path), manifest(table as Files)] as const);
    const named = manifests.map(([path, each]) => [path === "." ? "" : path, each] as const);
    return [graphOf(packagesOf(record, Object.fromEntries(named))), listedGraph(stdout)];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const apps: readonly (readonly [string, Files])[] = [
  [
    "an app with workspaces, an alias, two versions of a package and a package for another system",
    {
      "package.json": {
        name: "shop",
        version: "1.0.0",
        workspaces: ["packages/*"],
        dependencies: { debug: "4.4.3", two: "npm:ms@2.0.0" },
        optionalDependencies: { fsevents: "2.3.3" },
      },
      "packages/member/package.json": { name: "@shop/member", version: "0.1.0", dependencies: { ms: "2.1.1" } },
    },
  ],
];

const larger: readonly (readonly [string, Files])[] = [
  [
    "a service with a compiler, a bundler and a test runner",
    {
      "package.json": {
        name: "service",
        dependencies: { express: "5.1.0", pg: "8.16.3" },
        devDependencies: { typescript: "5.9.3", vite: "7.1.12", vitest: "3.2.4", eslint: "9.38.0" },
      },
    },
  ],
  [
    "a Next.js app with its peer dependencies",
    {
      "package.json": {
        name: "site",
        version: "0.1.0",
        dependencies: { next: "16.0.0", react: "19.2.0", "react-dom": "19.2.0" },
        devDependencies: { tailwindcss: "4.1.16", "@tailwindcss/postcss": "4.1.16", "@types/node": "24.9.1" },
      },
    },
  ],
];

describe("the packages and dependencies in the SBOM are those that npm lists", () => {
  test.for(process.env["LIBCNB_TEST_ALL"] === "1" ? [...apps, ...larger] : apps)(
    "for %s",
    { timeout: 300_000 },
    async ([, files]) => {
      const [ours, listed] = await both(files);
      expect(ours).toEqual(listed);
    },
  );
});
