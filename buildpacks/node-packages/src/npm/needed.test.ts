import type { PackageJson } from "@libcnb/node-app";
import { expect, test } from "vitest";
import { neededBy } from "./needed.ts";

const manifest = (table: PackageJson["table"]) => ({ table }) as PackageJson;

const manifests = {
  "": manifest({ workspaces: ["*"], dependencies: { shared: "1" }, devDependencies: { turbo: "1" } }),
  web: manifest({ name: "web", dependencies: { ui: "*", a: "1" }, devDependencies: { vite: "1" } }),
  ui: manifest({ name: "ui", dependencies: { b: "1" }, devDependencies: { vite: "1" } }),
  api: manifest({ name: "api", dependencies: { a: "2", c: "1" } }),
};

const lockfile = {
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
])("packages that the workspace %s does not need are marked as extraneous", ([workspace, expected]) => {
  const { packages } = neededBy(workspace, lockfile, manifests) as typeof lockfile;
  const extraneous = Object.entries(packages).filter(([, entry]) => "extraneous" in entry);
  expect(extraneous.map(([path]) => path).toSorted()).toEqual(expected);
});
