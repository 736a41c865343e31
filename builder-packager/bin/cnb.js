#!/usr/bin/env sh
":" //; true 2>/dev/null 3>&1 || exec 1</dev/null; true 3>&2 || exec 2</dev/null
":" //; n="${0%/*}/node"; [ -x "$n" ] || n="${0%/*}/../../node_modules/.bin/node"; [ -x "$n" ] || n=node
":" //; for each; do shift; set -- "$@" ":$each"; done; exec "$n" -- "$0" : "$@"
// The shell runs the lines above. They add a colon to each argument, because Node.js also reads some of its own options
// after the name of a script: --env-file and --env-file-if-exists before a `--`, --experimental-config-file everywhere.
// The files of these options may contain options that run code. Node.js ignores an argument that starts with a colon.
// (`env -S node --` would not suffice, and BusyBox has no `-S`.)
// If an output stream is closed, Node.js opens /dev/null for it, and results are lost without an error. The shell
// therefore opens /dev/null for reading only, so that writing fails, as in every other program.
// A Node.js that npm installed next to this command takes precedence over the host's. This repository pins one.
// The file is plain JavaScript, because an old Node.js has to print the error about its version.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  console.error(`ERROR: cnb needs Node.js 22.15 or newer, but this is Node.js ${process.versions.node}`);
  console.error("HINT: Install a newer one next to cnb, which then uses it: npm install --save-dev node@24");
  process.exit(3);
}
// An import statement would read all properties of these modules, for which Node.js loads further modules.
const [fs, nodeModule, os] = ["fs", "module", "os"].map((name) => process.getBuiltinModule(`node:${name}`));
if (!fs.existsSync(new URL("../dist/cnb.json", import.meta.url))) {
  console.error("ERROR: cnb is not compiled");
  console.error("HINT: Run npm ci && npm run build in the root of the repository.");
  process.exit(3);
}
// Node.js compresses layers on the threads of its I/O pool, which has four threads on every machine. The pool reads this
// variable when it is first used. The variable is deleted afterwards, so that child processes do not inherit it.
const processors = os.availableParallelism();
if (processors > 4 && process.env.UV_THREADPOOL_SIZE === undefined) {
  process.env.UV_THREADPOOL_SIZE = String(Math.min(processors, 64));
  await fs.promises.access(new URL(import.meta.url));
  delete process.env.UV_THREADPOOL_SIZE;
}
const [mark, ...marked] = process.argv.slice(2);
const args = mark === ":" ? marked.map((each) => each.slice(1)) : process.argv.slice(2);
const { loadCommand } = nodeModule.createRequire(import.meta.url)("./load.cjs");
// The name of the command decides which part of cnb is loaded.
const kind = args.find((each) => /^(build|run|dev|rebase|inspect|buildpack|extension|builder|lifecycle|sbom|base|emit|copy|image|sign|attest|verify|check|lint|inventory|schema|cache|config|doctor|completion)$/.test(each));
const { exports, keep } = loadCommand(kind ?? "help");
process.exitCode = await exports.main(args);
// The compiled code is stored only after a success, because a command that fails does not run all of it.
if (process.exitCode === 0) keep();
