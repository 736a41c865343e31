// @needs busybox, namespaces
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { defined } from "../../defined.ts";
import { removeTree } from "../remove-tree.ts";
import type { SandboxBackend, SandboxSpec } from "../spec.ts";

const driver = fileURLToPath(new URL("driver.ts", import.meta.url));
const applets = "sh id env cat ls grep touch echo pwd hostname ip head wc kill sleep ps stat dd test".split(" ");

/** A user who runs the tests of the sandbox. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The report of the driver (`driver.ts`), a process that runs one sandbox. */
export interface Report {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly bytes?: number;
  readonly error?: string;
}

/** Returns the user who started the tests. If that is root, also returns an ordinary user. */
export function accounts(): readonly Account[] {
  const self = { name: "the invoking user", uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  if (self.uid !== 0) return [self];
  const id = (flag: string): number => Number(execFileSync("id", [flag, "cnb-tester"], { encoding: "utf8" }));
  return [
    { ...self, name: "root" },
    { name: "cnb-tester", uid: id("-u"), gid: id("-g") },
  ];
}

/** Creates a small root file system (busybox) and a directory to mount, owned by `owner`. */
export function makeFixture(owner: Account): {
  readonly dir: string;
  readonly rootfs: string;
  remove(): Promise<void>;
} {
  const dir = mkdtempSync(join(tmpdir(), "cnb-sandbox-"));
  const rootfs = join(dir, "root fs"); // a blank must do no harm
  for (const path of [rootfs, join(rootfs, "bin"), join(rootfs, "etc"), join(rootfs, "workspace"), join(dir, "data")]) {
    mkdirSync(path);
    chownSync(path, owner.uid, owner.gid);
  }
  chmodSync(dir, 0o755);
  chmodSync(join(dir, "data"), 0o777);
  copyFileSync(busybox(), join(rootfs, "bin/busybox"));
  for (const name of applets) symlinkSync("busybox", join(rootfs, "bin", name));
  return { dir, rootfs, remove: () => removeTree(dir) };
}

function busybox(): string {
  const found = ["/bin/busybox", "/usr/bin/busybox"].find((file) => existsSync(file));
  if (found) return found;
  throw new Error("the sandbox tests need a static busybox: apt-get install busybox-static");
}

/**
 * Creates the spec of a sandbox that runs a shell script. `more` contains the fields that a test
 * changes.
 */
export const specFor = (rootfs: string, script: string, more: Partial<SandboxSpec> = {}): SandboxSpec => ({
  rootfs,
  rootfsWritable: false,
  mounts: [],
  command: ["/bin/sh", "-c", script],
  env: { PATH: "/bin" },
  cwd: "/workspace",
  uid: 1000,
  gid: 1000,
  network: false,
  ...more,
});

/**
 * The environment variables that locate a user's container engines. podman stores its data in the
 * user's home directory.
 */
const engineEnv = ({ uid, name }: Account): Readonly<Record<string, string>> => ({
  ...defined({ DOCKER_HOST: process.env.DOCKER_HOST || undefined }),
  HOME: uid === process.getuid?.() ? (process.env.HOME ?? "/") : `/home/${name}`,
});

/** Starts `driver.ts` as a user, to run one sandbox. */
export function startDriver(
  as: Account,
  backend: SandboxBackend,
  spec: SandboxSpec,
  cwd = "/",
  ...args: string[]
): ChildProcess {
  const own = process.getuid?.() === as.uid ? {} : { uid: as.uid, gid: as.gid };
  const child = spawn(process.execPath, ["--conditions=@libcnb/source", driver, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? "", ...engineEnv(as) },
    // A careless caller: a directory outside of the sandbox that is left open.
    stdio: ["pipe", "pipe", "inherit", openSync("/", "r")],
    ...own,
  });
  child.stdin?.end(JSON.stringify({ backend, spec }));
  return child;
}

/** Runs one sandbox as a user and returns its output. */
export async function drive(
  as: Account,
  backend: SandboxBackend,
  spec: SandboxSpec,
  cwd = "/",
  ...args: string[]
): Promise<Report> {
  const child = startDriver(as, backend, spec, cwd, ...args);
  if (!child.stdout) throw new Error("the driver has no output");
  return JSON.parse(await text(child.stdout)) as Report;
}
