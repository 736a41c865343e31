// @needs bwrap, cnb-tester, root
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, pinnedNode, root } from "../../support/cnb.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/**
 * The resources of a running build or app that another account of the machine can access: files,
 * processes, variables, sockets.
 */
let world: TinyWorld;

const secret = "the-secret-of-this-build";

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/wait", "echo waits; exec busybox sleep 60")]);
  await world.write("app", { file: "content\n" });
  for (const user of ["root", "cnb-tester"]) {
    // As /var/cache: everybody may pass.
    for (const name of ["", "/cache", "/tmp"]) await mkdir(world.location(`${user}${name}`), { mode: 0o755 });
    await execute("chown", ["-R", user, world.location(user)]);
  }
  await chmod(world.dir, 0o755);
}, 60_000);
afterAll(() => world?.remove());

const command = `"${pinnedNode}" "${join(root, "builder-packager/bin/cnb.js")}"`;

/** A command of cnb that waits, as it is typed. Its secrets are in variables, since every account reads the arguments of all. */
const commands: Readonly<Record<string, () => string>> = {
  "cnb build": () => {
    const images = `--builder "oci:${world.location("images/builder")}" --run-image "oci:${world.location("images/run")}"`;
    return `build "oci:$HOME/out" --path "${world.location("app")}" --env TOKEN ${images}`;
  },
  "cnb run": () =>
    `run "oci:${world.location("images/run")}" --user 1000:1000 --env TOKEN --entrypoint sh -- -c "echo waits; exec busybox sleep 60"`,
};

async function started(name: string, backend: string, user: string): Promise<ChildProcess> {
  const home = world.location(user);
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    TMPDIR: join(home, "tmp"),
    LIBCNB_CACHE_DIR: join(home, "cache"),
    LIBCNB_SANDBOX: backend,
    TOKEN: secret,
  };
  const script = `umask 022; exec ${command} ${commands[name]?.()}`;
  const [file = "", ...args] =
    user === "root" ? ["sh", "-c", script] : ["setpriv", ...asUser(1001), "sh", "-c", script];
  const child = spawn(file, args, { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  for (let waited = 0; !/^(.*\| )?waits$/m.test(output); waited += 50) {
    if (child.exitCode !== null || waited > 30_000) throw new Error(output);
    await delay(50);
  }
  await delay(200);
  return child;
}

const asUser = (id: number) => ["--reuid", `${id}`, "--regid", `${id}`, "--clear-groups"];

async function descendants(pid: number): Promise<readonly number[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8"))
    .split(" ")
    .filter((each) => each !== "");
  const deeper = await Promise.all(children.map((child) => descendants(Number(child))));
  return [pid, ...deeper.flat()];
}

/** Everything below a directory. */
async function below(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return [
    dir,
    ...entries.filter((entry) => !entry.isSymbolicLink()).map(({ parentPath, name }) => join(parentPath, name)),
  ];
}

async function ofProcess(pid: number): Promise<readonly string[]> {
  const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const names = ["environ", "maps", "mem", "root/", "cwd/", "root/platform/env/TOKEN", "root/workspace", "root/layers"];
  return [...names, ...open.map((name) => `fd/${name}`)].map((name) => `/proc/${pid}/${name}`);
}

/** Run as the neighbour: which of these it can read, list, write to, or make files in. */
const tries = `
const fs = require("node:fs");
const can = (use) => { try { use(); return true; } catch { return false; } };
const found = [];
for (const path of JSON.parse(fs.readFileSync(0, "utf8"))) {
  if (can(() => fs.closeSync(fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)))) found.push("read " + path);
  if (can(() => fs.closeSync(fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK)))) found.push("write " + path);
  if (can(() => (fs.closeSync(fs.openSync(path + "/evil", "wx")), fs.unlinkSync(path + "/evil")))) found.push("make a file in " + path);
}
console.log(JSON.stringify(found));
`;

async function reachedBy(id: number, paths: readonly string[]): Promise<readonly string[]> {
  const args = [...asUser(id), pinnedNode, "-e", tries];
  const { stdout, stderr } = await execute("setpriv", args, { input: JSON.stringify(paths), cwd: "/" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}

/** The account with the id of the builder's user, which is the first one of most machines, and one that has no part in it. */
const neighbours = [1000, 65534];

/** The files that this test itself opened, and the mark of a cache. */
const harmless = ["read /cache", "read /cache/.libcnb-cache", "read /tmp"];

const rows = ["cnb build", "cnb run"].flatMap((name) =>
  [
    ["unshare", "root"],
    ["unshare", "cnb-tester"],
    ["bubblewrap", "root"],
    ["bubblewrap", "cnb-tester"],
  ].map(([backend = "", user = ""]) => [name, backend, user] as const),
);

describe.for(rows)("%s in the sandbox %s, run as %s,", ([name, backend, user]) => {
  test("creates no file that other users of the machine can read or write", { timeout: 60_000 }, async () => {
    const child = await started(name, backend, user);
    try {
      const pids = await descendants(child.pid ?? -1);
      expect(pids.length).toBeGreaterThan(1);
      const cache = world.location(`${user}/cache`);
      const paths = [
        ...(await below(cache)),
        ...(await below(world.location(`${user}/tmp`))),
        ...(await Promise.all(pids.map(ofProcess))).flat(),
      ];
      // What the test asks for is there: who runs the command reaches it.
      const own = await reachedBy(user === "root" ? 0 : 1001, paths);
      expect(own.some((each) => each.startsWith(`read ${cache}/rootfs/`))).toBe(true);
      for (const neighbour of neighbours) {
        const reached = await reachedBy(neighbour, paths);
        expect([neighbour, reached.map((each) => each.replace(world.location(user), ""))]).toEqual([
          neighbour,
          harmless,
        ]);
      }
      const environment = `/proc/${pids.at(-1)}/environ`;
      expect(await readFile(environment, "utf8")).toContain(secret);
    } finally {
      child.kill("SIGKILL");
      await once(child, "close");
    }
  });
});
