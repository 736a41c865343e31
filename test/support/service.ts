import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execute, type Outcome } from "./cnb.ts";
import { callWhenReady, freePort } from "./http.ts";

/** A real program that runs while a test does. */
export interface Service {
  stop(): Promise<void>;
}

/** The process of a service, its directory, and when it is ready. */
interface ServiceOptions {
  /** Removed when the service stops. */
  readonly dir: string;
  /** Waits until the service answers. If it fails, the service is stopped. */
  ready(log: () => string): Promise<unknown>;
}

/** Starts a program. If the program cannot be started, ends early or does not become ready, nothing of it remains. */
export async function startService(
  command: string,
  args: readonly string[],
  { dir, ready }: ServiceOptions,
): Promise<Service & { log(): string }> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const log = () => output;
  const ended = new Promise<string>((resolve) => {
    child.on("exit", (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
    child.on("error", (error) => resolve(`cannot be started: ${error.message}`));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await Promise.race([ended, delay(15_000, undefined, { ref: false })]);
    child.kill("SIGKILL");
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  const early = ended.then((how) => {
    throw new Error(`${command} ${how} before it was ready:\n${log()}`);
  });
  try {
    await Promise.race([early, ready(log)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { log, stop };
}

/** Waits for services that start together. If one of them fails to start, the others are stopped. */
export async function allStarted<const Services extends readonly Service[]>(
  starting: {
    readonly [At in keyof Services]: Promise<Services[At]>;
  },
): Promise<Services> {
  const results = await Promise.allSettled(starting);
  const failed = results.find((each) => each.status === "rejected");
  const started = results.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (failed === undefined) return started as readonly Service[] as Services;
  await Promise.all(started.map((each) => each.stop()));
  throw failed.reason;
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
  const service = await startService("docker-registry", ["serve", join(dir, "config.yml")], {
    dir,
    ready: () => callWhenReady(`http://${host}/v2/`, 20_000),
  });
  return { ...service, host };
}

/** A Docker daemon of its own, with its data in a temporary directory. Needs root. */
export async function startDocker(): Promise<Engine> {
  const dir = await mkdtemp(join(tmpdir(), "dockerd-"));
  const socket = `unix://${join(dir, "docker.sock")}`;
  const docker = (...args: string[]) => execute("docker", ["--host", socket, ...args]);
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
    { dir, ready: (log) => answers("dockerd", docker, log) },
  );
  return { ...service, docker, host: socket };
}

async function answers(engine: string, docker: Engine["docker"], log: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await docker("version")).exitCode !== 0) {
    if (Date.now() > deadline) throw new Error(`${engine} did not start:\n${log()}`);
    await delay(100);
  }
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
  const docker = (...args: string[]) => execute("docker", ["--host", host, ...args]);
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
    { dir, ready: (log) => answers("podman", docker, log) },
  );
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
