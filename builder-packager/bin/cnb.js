#!/usr/bin/env sh
":" //; true 2>/dev/null 3>&1 || exec 1</dev/null; true 3>&2 || exec 2</dev/null
":" //; n="${0%/*}/node"; [ -x "$n" ] || n="${0%/*}/../../node_modules/.bin/node"; [ -x "$n" ] || n=node
":" //; for each; do shift; set -- "$@" ":$each"; done; exec "$n" -- "$0" : "$@"
// The lines above are for the shell. Node.js looks for options of its own behind our name, too: --env-file and
// --env-file-if-exists up to a `--`, --experimental-config-file everywhere. The files that they name may hold options that
// run code, so each argument gets a colon in front, by which Node.js knows none of them. (`env -S node --` would not
// suffice, and BusyBox has no `-S`.) And Node.js gives closed output streams a /dev/null, where results would be lost
// without a word: one that is open for reading only lets writes fail, as they do for every other program.
// A Node.js that was installed beside this command, as this repository pins one, comes before the host's.
// Plain JavaScript on purpose: on an old Node it must still say what is wrong.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  console.error(`ERROR: cnb needs Node.js 22.15 or newer, this is ${process.versions.node}`);
  console.error("HINT: Install a newer one next to cnb, which then uses it: npm install --save-dev node@24");
  process.exit(3);
}
// An import of them would read all their properties, for which Node.js loads much that nobody needs.
const [fs, nodeModule, os] = ["fs", "module", "os"].map((name) => process.getBuiltinModule(`node:${name}`));
if (!fs.existsSync(new URL("../dist/cnb.json", import.meta.url))) {
  console.error("ERROR: cnb is not compiled");
  console.error("HINT: In the root of the repository: npm ci && npm run build.");
  process.exit(3);
}
// Layers are compressed on the threads of Node's I/O pool, of which there are four however many processors the machine has.
// The pool reads this variable when it is first used; programs that we start do not get it.
const processors = os.availableParallelism();
if (processors > 4 && process.env.UV_THREADPOOL_SIZE === undefined) {
  process.env.UV_THREADPOOL_SIZE = String(Math.min(processors, 64));
  await fs.promises.access(new URL(import.meta.url));
  delete process.env.UV_THREADPOOL_SIZE;
}
const [mark, ...marked] = process.argv.slice(2);
const args = mark === ":" ? marked.map((each) => each.slice(1)) : process.argv.slice(2);
const { loadCommand } = nodeModule.createRequire(import.meta.url)("./load.cjs");
// The first word, which may be anything.
const kind = args.find((each) => /^(build|run|dev|rebase|inspect|buildpack|extension|builder|lifecycle|sbom|base|emit|copy|image|sign|attest|verify|check|lint|inventory|schema|cache|config|doctor|completion)$/.test(each));
const { exports, keep } = loadCommand(kind ?? "help");
process.exitCode = await exports.main(args);
// One that failed has not run what others need.
if (process.exitCode === 0) keep();
