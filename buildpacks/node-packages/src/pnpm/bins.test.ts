import { expect, test } from "vitest";
import { scriptTarget } from "./bins.ts";

test.for([
  [
    "pnpm 8 to 10",
    `if [ -x "$basedir/node" ]; then
  exec "$basedir/node"  "$basedir/../semver/bin/semver.js" "$@"
else
  exec node  "$basedir/../semver/bin/semver.js" "$@"
fi`,
    "../semver/bin/semver.js",
  ],
  [
    "pnpm 11 and 12",
    `if [ -n "$exe" ] && [ -x "$basedir/node.exe" ]; then
  exec "$basedir/node.exe"  "$basedir_win"/'../.pnpm/semver@7.6.0/node_modules/semver/bin/semver.js' "$@"
elif [ -x "$basedir/node" ]; then
  exec "$basedir/node"  "$basedir_abs"/'../.pnpm/semver@7.6.0/node_modules/semver/bin/semver.js' "$@"
fi`,
    "../.pnpm/semver@7.6.0/node_modules/semver/bin/semver.js",
  ],
  ["a program", `"$basedir/../esbuild/bin/esbuild"   "$@"\nexit $?`, "../esbuild/bin/esbuild"],
  ["a program, pnpm 11", `"$basedir_abs"/'../esbuild/bin/esbuild'   "$@"\nexit $?`, "../esbuild/bin/esbuild"],
  ["a path to look for modules", `  export NODE_PATH="$basedir_abs"/'../.pnpm/node_modules'`, undefined],
  ["flags", `exec node --no-warnings "$basedir/../a/a.mjs" "$@"`, "../a/a.mjs"],
  ["another script", "#!/bin/sh\nexec node server.js", undefined],
  ["a path that does not leave .bin", `exec "$basedir/node" "$@"`, undefined],
] as const)("pnpm's bins: %s", ([, script, target]) => {
  expect(scriptTarget(script)).toBe(target);
});
