import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CnbError } from "../../errors.ts";
import { makeTemporaryDirectory } from "../../files/temporary-directory.ts";
import { type Endpoint, parseEndpoint } from "../../oci/daemon/endpoint.ts";
import { toolPath } from "../backends/host-facts.ts";
import type { GuardedService } from "./guard.ts";

/** The address of podman's API, and its service if it was started here. */
export interface PodmanConnection {
  readonly endpoint: Endpoint;
  readonly service?: GuardedService;
}

/** How the service is started. */
interface ServiceOptions {
  /** @default `podman`, looked for in the system's directories first */
  readonly program?: string;
  /** The timeout for its socket. @default 30 s */
  readonly maxWaitMs?: number;
}

/**
 * podman needs no daemon; for its API a service is started that ends with cnb. `CONTAINER_HOST` names one instead.
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

/** It ends by itself when nobody asks it for so long, should nobody be left to end it. */
const idleSeconds = 600;

/** @throws CnbError DAEMON_UNREACHABLE if the service does not start in time */
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

/** It logs into a file: a pipe would end it when cnb is gone, before its containers are. */
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

/** Why there is no service; undefined when there is. */
async function untilThere(
  child: ChildProcess,
  { socket, log, maxWaitMs }: { readonly socket: string; readonly log: string; readonly maxWaitMs: number },
): Promise<string | undefined> {
  let failure: string | undefined;
  child.on("error", ({ message }) => {
    failure = message;
  });
  child.on("exit", () => {
    failure ??= existsSync(log) ? readFileSync(log, "utf8").trim() || "it ended" : "it ended";
  });
  for (const deadline = performance.now() + maxWaitMs; !existsSync(socket); await sleep(20)) {
    if (failure !== undefined) return failure;
    if (performance.now() > deadline) return "it does not answer";
  }
  return undefined;
}

const noService = (words: string): CnbError =>
  new CnbError("DAEMON_UNREACHABLE", `podman's service does not start: ${words.split("\n").at(-1)}`, {
    hint: words.includes("ENOENT") ? "Install podman, or use another --backend." : "See whether `podman info` works.",
  });
