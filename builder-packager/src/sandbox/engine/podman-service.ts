import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CnbError } from "../../errors.ts";
import { makeTemporaryDirectory } from "../../files/temporary-directory.ts";
import { type Endpoint, parseEndpoint } from "../../oci/daemon/endpoint.ts";
import { toolPath } from "../backends/host-facts.ts";
import type { GuardedService } from "./guard.ts";

/** The address of podman's API, and the service if this process started it. */
export interface PodmanConnection {
  readonly endpoint: Endpoint;
  readonly service?: GuardedService;
}

/** Options for starting the service. */
interface ServiceOptions {
  /** The podman executable. @default `podman`, found in the system's directories first */
  readonly program?: string;
  /** The timeout for its socket. @default 30 s */
  readonly maxWaitMs?: number;
}

/**
 * Connects to podman's API: at `CONTAINER_HOST`, at a running service, or at a new service that
 * ends with cnb.
 *
 * @throws CnbError DAEMON_UNREACHABLE if the service does not start in time
 */
export async function podmanConnection(env: NodeJS.ProcessEnv): Promise<PodmanConnection> {
  const given = env["CONTAINER_HOST"];
  if (given) return { endpoint: parseEndpoint(given, "CONTAINER_HOST") };
  const running = socketsOf(env).find((path) => existsSync(path));
  if (running) return { endpoint: parseEndpoint(`unix://${running}`, "podman's socket") };
  return startPodmanService(env);
}

const socketsOf = ({ XDG_RUNTIME_DIR: runtime }: NodeJS.ProcessEnv): readonly string[] => {
  if (process.getuid?.() === 0) return ["/run/podman/podman.sock"];
  return runtime ? [`${runtime}/podman/podman.sock`] : [];
};

/** The idle time after which the service ends by itself, in case no other process ends it. */
const idleSeconds = 600;

/**
 * Starts podman's API service.
 *
 * @throws CnbError DAEMON_UNREACHABLE if the service does not start in time
 */
export async function startPodmanService(
  env: NodeJS.ProcessEnv,
  { program = "podman", maxWaitMs = 30_000 }: ServiceOptions = {},
): Promise<PodmanConnection> {
  const dir = makeTemporaryDirectory("cnb-podman-");
  const socket = join(dir, "podman.sock");
  const log = join(dir, "log");
  const child = start(program, socket, log, env);
  const end = () => {
    child.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  };
  process.once("exit", end);
  const words = await untilThere(child, { socket, log, maxWaitMs });
  if (words !== undefined) {
    process.off("exit", end);
    end(); // one that does not answer in time still runs
    throw noService(words);
  }
  child.unref();
  const service =
    child.pid === undefined ? {} : { service: { pid: child.pid, dir, handOver: () => void process.off("exit", end) } };
  return { endpoint: parseEndpoint(`unix://${socket}`, "podman's socket"), ...service };
}

/**
 * Starts the service with a log file. With a pipe, it would be killed by SIGPIPE when cnb has
 * ended, before its containers are removed.
 */
function start(program: string, socket: string, log: string, env: NodeJS.ProcessEnv): ChildProcess {
  const written = openSync(log, "w");
  try {
    return spawn(program, ["system", "service", "--time", `${idleSeconds}`, `unix://${socket}`], {
      env: { ...env, PATH: toolPath(env) },
      cwd: "/",
      detached: true,
      stdio: ["ignore", "ignore", written],
    });
  } finally {
    closeSync(written);
  }
}

/**
 * Waits for the service's socket. Returns the reason if the service does not start, or else
 * undefined.
 */
async function untilThere(
  child: ChildProcess,
  { socket, log, maxWaitMs }: { readonly socket: string; readonly log: string; readonly maxWaitMs: number },
): Promise<string | undefined> {
  let failure: string | undefined;
  child.on("error", ({ message }) => {
    failure = message;
  });
  child.on("exit", () => {
    failure ??= existsSync(log) ? readFileSync(log, "utf8").trim() || "it exited" : "it exited";
  });
  for (const deadline = performance.now() + maxWaitMs; !existsSync(socket); await sleep(20)) {
    if (failure !== undefined) return failure;
    if (performance.now() > deadline) return "it does not respond";
  }
  return undefined;
}

const noService = (words: string): CnbError =>
  new CnbError("DAEMON_UNREACHABLE", `the service of podman does not start: ${words.split("\n").at(-1)}`, {
    hint: words.includes("ENOENT") ? "Install podman, or use another --backend." : "Check whether `podman info` works.",
  });
