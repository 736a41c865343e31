import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** The files in which the programs of a cluster keep state by default. */
const stateFiles = ["cni", "containerd", "containers", "etcd", "kubelet", "kubernetes", "netns", "pods", "runc"];

/** The state files that exist on this machine. */
export const stateOfMachine = (): readonly string[] =>
  ["/run", "/var/lib", "/var/log", "/etc", "/opt"]
    .flatMap((dir) => stateFiles.map((name) => `${dir}/${name}`))
    .filter((path) => existsSync(path));

/** Everything on this machine that belongs to the cluster with this directory. */
export function tracesOf(dir: string): readonly string[] {
  const name = basename(dir);
  const processes = readdirSync("/proc")
    .filter((each) => /^\d+$/.test(each))
    .filter((pid) => readOrEmpty(`/proc/${pid}/cmdline`).includes(name))
    .map((pid) => `process ${pid}`);
  const mounts = readOrEmpty("/proc/mounts")
    .split("\n")
    .filter((line) => line.includes(name));
  const groups = globSync(`/sys/fs/cgroup/*/**/${name}`);
  return [...processes, ...mounts, ...groups, ...(existsSync(dir) ? [dir] : [])];
}

/** Waits until nothing of a cluster is left, and returns what is left after 30 seconds. */
export async function tracesAtEnd(dir: string): Promise<readonly string[]> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(100))
    if (tracesOf(dir).length === 0) return [];
  return tracesOf(dir);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // the process has ended
  }
}
