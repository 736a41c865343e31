import { expect, test } from "vitest";
import { missingPackage } from "./missing-package.ts";
import { exitCodeOf, renderError } from "./terminal/render-error.ts";

test.each([
  ["Cannot find package 'esbuild' imported from /opt/cnb/bin/load.cjs", "esbuild"],
  ["Cannot find module 'openpgp'\nRequire stack:\n- /opt/cnb/bin/load.cjs", "openpgp"],
  ["Cannot find package 'left-pad' imported from /app/index.js", undefined],
  ["Cannot find module '/opt/cnb/dist/cnb.js'", undefined],
])("the error %j of Node.js names the missing package %s of cnb", (message, name) => {
  expect(missingPackage(new Error(message))).toBe(name);
});

test("a command that needs a missing package fails with the name of the package and the command to run instead", () => {
  const error = new Error("Cannot find package 'esbuild' imported from /opt/cnb/bin/load.cjs");
  expect(exitCodeOf(error)).toBe(3);
  expect(renderError(error)).toBe(`ERROR: this command needs the npm package esbuild, which is not installed
  caused by: Cannot find package 'esbuild' imported from /opt/cnb/bin/load.cjs
HINT: Run this command with the npm package @libcnb/packager 0.1.0 on a machine with Node.js. The cnb in a builder cannot compile buildpacks, create projects or verify OpenPGP signatures.
CODE: PACKAGE_MISSING
`);
});
