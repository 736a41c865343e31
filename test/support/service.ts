import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execute, type Outcome } from "./cnb.ts";
import { callWhenReady, freePort } from "./http.ts";

/** A real program that runs while a test does. */
interface Service {
  stop(): Promise<void>;
}

export async function startService(
  command: string,
  args: readonly string[],
  dir: string,
): Promise<Service & { log(): string }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stdout.on("data", (chunk) => (log += chunk));
  child.stderr.on("data", (chunk) => (log += chunk));
  const exit = once(child, "exit");
  await once(child, "spawn");
  return {
    log: () => log,
    async stop() {
      child.kill("SIGTERM");
      await Promise.race([exit, delay(15_000)]);
      child.kill("SIGKILL");
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Debian's docker-registry on the loopback interface: the real CNCF distribution. */
/** A registry of the tests. */
export interface Registry extends Service {
  /** Host and port. */
  readonly host: string;
}

export async function startRegistry(): Promise<Registry> {
  const dir = await mkdtemp(join(tmpdir(), "registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(dir, "data") }, delete: { enabled: true } },
    http: { addr: host },
  };
  await writeFile(join(dir, "config.yml"), JSON.stringify(config)); // JSON is YAML
  const service = await startService("docker-registry", ["serve", join(dir, "config.yml")], dir);
  await callWhenReady(`http://${host}/v2/`, 20_000);
  return { ...service, host };
}

/** A Docker daemon of its own, with its data in a temporary directory. Needs root. */
export async function startDocker(): Promise<Engine> {
  const dir = await mkdtemp(join(tmpdir(), "dockerd-"));
  const socket = `unix://${join(dir, "docker.sock")}`;
  const service = await startService(
    // In a mount namespace of its own: what it mounts goes with it.
    "unshare",
    [
      "--mount",
      "--propagation",
      "private",
      "dockerd",
      "--host",
      socket,
      "--data-root",
      join(dir, "data"),
      "--exec-root",
      join(dir, "run"),
      "--pidfile",
      join(dir, "docker.pid"),
      "--storage-driver",
      "overlay2",
      "--iptables=false",
      "--ip6tables=false",
      "--ip-masq=false",
      "--bridge=none",
    ],
    dir,
  );
  const docker = (...args: string[]) => execute("docker", ["--host", socket, ...args]);
  const deadline = Date.now() + 60_000;
  while ((await docker("version")).exitCode !== 0) {
    if (Date.now() > deadline) throw new Error(`dockerd did not start:\n${service.log()}`);
    await delay(100);
  }
  return { ...service, docker, host: socket };
}

/** A container engine with Docker's API, and the docker command for it. */
export interface Engine extends Service {
  docker(...args: string[]): Promise<Outcome>;
  /** For `DOCKER_HOST`. */
  readonly host: string;
}

/**
 * podman's service, with its images in a temporary directory. It reaches the registry at `insecure` over HTTP. Needs
 * root.
 */
export async function startPodman(insecure = "localhost"): Promise<Engine> {
  const dir = await mkdtemp(join(tmpdir(), "podman-"));
  const host = `unix://${join(dir, "podman.sock")}`;
  await writeFile(join(dir, "containers.conf"), await podmanSettings());
  await writeFile(join(dir, "registries.conf"), `[[registry]]\nlocation = "${insecure}"\ninsecure = true\n`);
  const service = await startService(
    "unshare",
    [
      "--mount",
      "--propagation",
      "private",
      "env",
      `CONTAINERS_CONF=${join(dir, "containers.conf")}`,
      `CONTAINERS_REGISTRIES_CONF=${join(dir, "registries.conf")}`,
      "podman",
      "--root",
      join(dir, "data"),
      "--runroot",
      join(dir, "run"),
      "--storage-driver",
      "overlay",
      "system",
      "service",
      "--time",
      "0",
      host,
    ],
    dir,
  );
  const docker = (...args: string[]) => execute("docker", ["--host", host, ...args]);
  const deadline = Date.now() + 60_000;
  while ((await docker("version")).exitCode !== 0) {
    if (Date.now() > deadline) throw new Error(`podman did not start:\n${service.log()}`);
    await delay(100);
  }
  return { ...service, docker, host };
}

/** podman asks for more open files than a machine may permit. crun refuses to run where cgroups v1 and v2 are mixed. */
async function podmanSettings(): Promise<string> {
  const [, files = ""] = /^Max open files +\S+ +(\d+)/m.exec(await readFile("/proc/self/limits", "utf8")) ?? [];
  return `[containers]
default_ulimits = ["nofile=${files}:${files}", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;
}
