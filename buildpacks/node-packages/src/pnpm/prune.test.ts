import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readInstallations } from "./pnpm.ts";
import { projectsOf, prune } from "./prune.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-pnpm-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const record = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a: { specifier: 1.0.0, version: 1.0.0 }
    devDependencies:
      '@b/b': { specifier: 1.0.0, version: 1.0.0 }
      c: { specifier: 1.0.0, version: 1.0.0 }
  ../outside: {}
packages:
  a@1.0.0: {}
  '@b/b@1.0.0': {}
  c@1.0.0: {}
snapshots:
  a@1.0.0: {}
  '@b/b@1.0.0': {}
  c@1.0.0: {}
`;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  symlinkSync(target, join(dir, path));
}

/** An app with a package for launch and one for development; of another one the link leads out of the app. */
function install(): void {
  write("app/node_modules/.pnpm/lock.yaml", record);
  write("app/node_modules/.modules.yaml", "nodeLinker: isolated\nhoistPattern: ['*']\n");
  write("app/node_modules/.pnpm-workspace-state-v1.json", "{}");
  write("app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json", "{}");
  write("app/node_modules/.pnpm/@b+b@1.0.0/node_modules/@b/b/package.json", "{}");
  link("app/node_modules/a", ".pnpm/a@1.0.0/node_modules/a");
  link("app/node_modules/@b/b", "../.pnpm/@b+b@1.0.0/node_modules/@b/b");
  link("app/node_modules/c", "../../outside");
  link("app/node_modules/.bin/b", "../@b/b/b.js");
  write("outside/node_modules/.pnpm/x/node_modules/x/package.json", "{}");
}

test("pruning a pnpm app removes development packages with their links, empty directories and pnpm's metadata, but nothing outside the app", async () => {
  install();
  const installations = await readInstallations(join(dir, "app"), []);
  expect(projectsOf(installations)).toEqual([join(dir, "app")]);
  prune(installations, projectsOf(installations));
  expect(readdirSync(join(dir, "app"), { recursive: true }).toSorted()).toEqual([
    "node_modules",
    "node_modules/.pnpm",
    "node_modules/.pnpm/a@1.0.0",
    "node_modules/.pnpm/a@1.0.0/node_modules",
    "node_modules/.pnpm/a@1.0.0/node_modules/a",
    "node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
    "node_modules/a",
    "node_modules/a/package.json",
  ]);
  expect(existsSync(join(dir, "outside/node_modules/.pnpm/x/node_modules/x/package.json"))).toBe(true);
});

test("pruning a pnpm app without launch processes removes all packages", async () => {
  install();
  const installations = await readInstallations(join(dir, "app"), []);
  prune(installations, []);
  expect(readdirSync(join(dir, "app"))).toEqual([]);
});

test("pruning a pnpm app without dependencies changes nothing", async () => {
  write("app/package.json", "{}");
  const installations = await readInstallations(join(dir, "app"), []);
  prune(installations, projectsOf(installations));
  expect(readdirSync(join(dir, "app"))).toEqual(["package.json"]);
});
