import { expect, test } from "vitest";
import { scriptTarget } from "./links.ts";

test.for([
  [
    "found for pnpm 8 to 10",
    `if [ -x "$basedir/node" ]; then
  exec "$basedir/node"  "$basedir/../semver/bin/semver.js" "$@"
else
  exec node  "$basedir/../semver/bin/semver.js" "$@"
fi`,
    "../semver/bin/semver.js",
  ],
  [
    "found for pnpm 11 and 12",
    `if [ -n "$exe" ] && [ -x "$basedir/node.exe" ]; then
  exec "$basedir/node.exe"  "$basedir_win"/'../.pnpm/semver@7.6.0/node_modules/semver/bin/semver.js' "$@"
elif [ -x "$basedir/node" ]; then
  exec "$basedir/node"  "$basedir_abs"/'../.pnpm/semver@7.6.0/node_modules/semver/bin/semver.js' "$@"
fi`,
    "../.pnpm/semver@7.6.0/node_modules/semver/bin/semver.js",
  ],
  ["found for a native program", `"$basedir/../esbuild/bin/esbuild"   "$@"\nexit $?`, "../esbuild/bin/esbuild"],
  [
    "found for a native program and pnpm 11",
    `"$basedir_abs"/'../esbuild/bin/esbuild'   "$@"\nexit $?`,
    "../esbuild/bin/esbuild",
  ],
  ["not the path in NODE_PATH", `  export NODE_PATH="$basedir_abs"/'../.pnpm/node_modules'`, undefined],
  ["found behind flags of node", `exec node --no-warnings "$basedir/../a/a.mjs" "$@"`, "../a/a.mjs"],
  ["unknown for a script that pnpm did not write", "#!/bin/sh\nexec node server.js", undefined],
  ["unknown for a path that does not leave .bin", `exec "$basedir/node" "$@"`, undefined],
] as const)("the target of a command that pnpm wrote into node_modules/.bin is %s", ([, script, target]) => {
  expect(scriptTarget(script)).toBe(target);
});
