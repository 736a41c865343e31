import { expect, test } from "vitest";
import { nameAndVersion } from "./lockfile.ts";

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
] as const)('the dep path "%s" of a pnpm lockfile is split into name and version', ([key, known, name, version]) => {
  expect(nameAndVersion(key, known)).toEqual({ name, version });
});
