import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execute } from "../cnb.ts";

/** The directories in which only the programs of a cluster keep state by default. */
const clusterDirs = ["cni", "etcd", "kubelet", "kubernetes", "pods"];

/** The directories in which Docker, podman and buildah keep state, too. Other tests start these at any time. */
const engineDirs = ["/run/containerd", "/run/runc", "/var/lib/containerd", "/var/lib/cni", "/var/lib/containers"];

/** The directories of clusters that exist on this machine. */
export const clusterState = (): readonly string[] =>
  ["/run", "/var/lib", "/var/log", "/etc", "/opt"]
    .flatMap((dir) => clusterDirs.map((name) => `${dir}/${name}`))
    .filter((path) => existsSync(path));

/** The files of containers on this machine, outside the cluster that runs them. */
export async function filesOfContainers(ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) throw new Error("the cluster has no containers");
  const names = ids.flatMap((id) => ["-o", "-name", `*${id}*`]).slice(1);
  const dirs = engineDirs.filter((dir) => existsSync(dir));
  // Without a directory, find searches the working directory.
  if (dirs.length === 0) return [];
  // Other engines delete files during the search, which is no error.
  const { stdout } = await execute("find", [...dirs, "-maxdepth", "4", "(", ...names, ")"]);
  return stdout.split("\n").filter(Boolean);
}

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
