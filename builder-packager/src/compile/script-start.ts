import { minimumNode } from "./runtime.ts";

/**
 * The script of `bin/detect`, `bin/build` and `bin/generate` for builders whose build image
 * provides Node.js, for every architecture. Like {@link phaseStart}, the script hides environment
 * variables that Node.js and the system obey. It searches for Node.js only in directories to which
 * neither an app nor an earlier buildpack can write.
 *
 * Functions are unset first, because bash as /bin/sh imports functions from its environment. Until
 * then, the script only uses keywords and special built-ins.
 */
export const scriptStart: Uint8Array = Buffer.from(`#!/bin/sh
# Starts a buildpack that was packaged for the Node.js of the build image (cnb buildpack package --runtime script).
set -f
unset -f [ printf read
unset node layers name line dir
IFS='
'
for line in $(export -p); do
  line=\${line#export }
  line=\${line#declare -x }
  case $line in
    LD_* | NODE_* | OPENSSL_* | SSLKEYLOGFILE* | GLIBC_TUNABLES* | GCONV_PATH* | MALLOC_* | ICU_* | UV_*) ;;
    *) continue ;;
  esac
  name=\${line%%=*}
  case $name in *[!A-Za-z0-9_]*) continue ;; esac
  # libcnb gives the tools that the buildpack starts what was hidden from Node.js
  eval "case \\\${$name+set} in set) export _\${name#?}=\\"\\$$name\\"; unset $name ;; esac"
done

# the operator of the builder may say which one
if [ -f /cnb/build-config/env/LIBCNB_NODE ]; then
  IFS= read -r node < /cnb/build-config/env/LIBCNB_NODE || :
else
  # what earlier buildpacks bring is for the application
  case \${CNB_LAYERS_DIR:-} in */*/*) layers=\${CNB_LAYERS_DIR%/*} ;; esac
  IFS=:
  for dir in $PATH; do
    case $dir in "\${layers:-/layers}"/*) continue ;; /*) ;; *) continue ;; esac
    if [ -f "$dir/node" ] && [ -x "$dir/node" ]; then
      node=$dir/node
      break
    fi
  done
fi
if [ -f "\${node:-}" ] && [ -x "$node" ]; then
  unset IFS
  exec "$node" "\${0%/*}/start.cjs" "$0" "$@"
fi
printf '%s\\n' >&2 \\
  "ERROR: this buildpack needs Node.js ${minimumNode} or newer in the build image, which has none on PATH (\${node:-$PATH})" \\
  "HINT: Use a builder whose build image has Node.js, or a package of the buildpack that brings it (--runtime node)."
exit 1
`);

/**
 * The first code that Node.js runs. The code refuses unsupported versions of Node.js, in a syntax
 * that the oldest version can parse. It removes its own path from `process.argv`, so that the first
 * argument is the path of the phase.
 */
export const versionGuard = `"use strict";
var have = process.versions.node.split(".").map(Number);
var need = "${minimumNode}".split(".").map(Number);
if (have[0] < need[0] || (have[0] === need[0] && have[1] < need[1])) {
  console.error(
    "ERROR: this buildpack needs Node.js ${minimumNode} or newer in the build image, which has " + process.versions.node + " (" + process.execPath + ")\\n" +
      "HINT: Use a builder whose build image has a newer Node.js, or a package of the buildpack that brings it (--runtime node)."
  );
  process.exit(1);
}
process.argv.splice(1, 1);
var script = require("./main.cjs");
script.runBuildpacks(script.buildpacks);
`;
