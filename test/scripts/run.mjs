// First step of every npm script. Plain JavaScript for the host's own Node.js (20 or newer), no dependencies:
// installs what package-lock.json says when that changed, compiles unless the script reads the sources, then runs a script under the pinned Node.js.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { movedCaches } from "./caches.mjs";
import { usageFor } from "./usage.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const stamp = join(root, "node_modules", ".installed-lockfile");
const [script, ...args] = process.argv.slice(2);
/** Scripts that need nothing compiled. */
const readsSources = ["builder-packager/static/build.ts", "test/scripts/unit.ts"];

if (Number(process.versions.node.split(".")[0]) < 20) {
  console.error(`ERROR: Node.js 20 or newer is needed, this is ${process.versions.node}`);
  process.exit(3);
}
const usage = usageFor(script, args);
if (usage !== undefined) {
  process.stdout.write(usage);
  process.exit(0);
}
for (const { name, dir, to } of movedCaches(process.env, root)) {
  console.error(`${dir} cannot be written. Using ${name}=${to}`);
  process.env[name] = to;
}
install();
if (!readsSources.includes(script)) execute("npm", ["run", "--silent", "build"]);
execute(
  join(root, "node_modules", ".bin", "node"),
  ["--conditions=@libcnb/source", join(root, script), ...args],
  process.env.INIT_CWD,
);

function install() {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lockfileDigest()) return;
  const added = workspacesWithoutLock();
  const command = added.length === 0 ? "ci" : "install";
  if (added.length > 0) console.error(`${added.join(" and ")} will be added to package-lock.json`);
  console.error(`Installing dependencies (npm ${command}) …`);
  execute("npm", [command, "--no-fund", "--no-audit", "--loglevel=error"]);
  writeFileSync(stamp, lockfileDigest());
}

function lockfileDigest() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** Workspaces that `cnb buildpack new` created in the checkout, for example: npm ci refuses what the lock file does not list. */
function workspacesWithoutLock() {
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return workspaces
    .flatMap((pattern) => (pattern.endsWith("/*") ? directoriesIn(pattern.slice(0, -2)) : [pattern]))
    .filter((dir) => existsSync(join(root, dir, "package.json")) && packages[dir] === undefined);
}

function directoriesIn(dir) {
  return readdirSync(join(root, dir)).map((name) => `${dir}/${name}`);
}

function execute(command, commandArgs, cwd = root) {
  const { status, signal, error } = spawnSync(command, commandArgs, { cwd, stdio: "inherit" });
  if (error) console.error(`ERROR: ${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal ? 130 : 1));
}
