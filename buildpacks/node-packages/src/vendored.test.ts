import { resolve } from "node:path";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import nodePackages from "./buildpack.ts";
import { steps } from "./test-machine.ts";

const buildpack = resolve(import.meta.dirname, "..");

const app: FileMap = {
  "package.json": '{"name":"app","workspaces":["packages/*"]}',
  "package-lock.json":
    '{"name":"app","lockfileVersion":3,"packages":{"":{"name":"app","workspaces":["packages/*"]},"node_modules/web":{"resolved":"packages/web","link":true},"packages/web":{}}}',
  "packages/web/package.json": '{"name":"web"}',
};

test.for<[string, FileMap, readonly string[]]>([
  [
    "folders of another machine, with dangling links, in workspaces too",
    {
      "node_modules/a/index.node": "for Windows",
      "node_modules/.bin/a": "-> ../../../gone",
      "packages/web/node_modules/b/index.js": "",
    },
    ["node_modules", "packages/web/node_modules"],
  ],
  ["a link out of the app", { node_modules: "-> /usr/lib" }, ["node_modules"]],
  ["a file", { node_modules: "" }, ["node_modules"]],
])("node_modules of the app is left out: %s", async ([, vendored, told]) => {
  const built = await build(nodePackages, { buildpack, app: { ...app, ...vendored } });
  const leftOut = steps(built.log).filter((line) => line.includes(" of the app is left out"));
  expect(leftOut.map((line) => line.split(" ")[0])).toEqual(told);
  expect(Object.keys(built.app)).toEqual([
    "node_modules/.package-lock.json",
    "node_modules/web",
    "package-lock.json",
    "package.json",
    "packages/web/package.json",
  ]);
  expect(built.app["node_modules/web"]).toBe("-> ../packages/web");
});
