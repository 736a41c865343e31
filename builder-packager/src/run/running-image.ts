import { setTimeout as sleep } from "node:timers/promises";
import { CnbError } from "../errors.ts";
import { type CommandOutput, type NeighbourCommand, runInNeighbour } from "../sandbox/neighbour-command.ts";
import type { PrivateNetwork } from "../sandbox/network/private-network.ts";
import type { ExitStatus } from "../sandbox/processes/exit-status.ts";
import type { SandboxProcess } from "../sandbox/processes/sandbox-process.ts";
import type { PortBinding, SandboxBackend } from "../sandbox/spec.ts";
import type { StartPlan } from "./start-plan.ts";
import { waitForPort } from "./wait-for-port.ts";

/** An app that was started from an image. */
export interface RunningImage {
  /** The process id of the sandbox's outermost process on the host. */
  readonly pid: number;
  /** The published ports. A port requested as 0 has the number that was chosen for it. */
  readonly ports: readonly PortBinding[];
  /** Settles when the app has ended and its files are removed. */
  readonly ended: Promise<ExitStatus>;
  /** Sends a signal to the app. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Sends SIGTERM to the app, and SIGKILL after `graceMs` milliseconds. @default 10 000 */
  stop(graceMs?: number): Promise<ExitStatus>;
  /**
   * Runs another command in the app's sandbox, with the same files, visible processes, user and
   * environment.
   */
  run(command: readonly [string, ...string[]], options?: NeighbourCommand): Promise<CommandOutput>;
  /**
   * Waits until a process accepts connections on a port of this machine: one of an app that shares
   * the host's network, or a published port. Throws `PORT_UNAVAILABLE`.
   */
  waitForPort(port: number, timeoutMs: number): Promise<void>;
}

/** The sandbox in which an app was started, and the app's published ports. */
export interface StartedApp extends Pick<RunningImage, "ports"> {
  readonly sandbox: SandboxProcess;
  readonly backend: SandboxBackend;
  readonly network: PrivateNetwork | undefined;
  readonly plan: StartPlan;
}

/** Creates the handle of a running app. `cleanUp` runs when the app has ended. */
export function runningImage(started: StartedApp, cleanUp: readonly (() => unknown)[]): RunningImage {
  const { sandbox, ports } = started;
  let hasEnded = false;
  const ended = sandbox.ended.finally(async () => {
    hasEnded = true;
    for (const step of cleanUp) await step();
  });
  ended.catch(() => {}); // whoever waits sees it
  return {
    pid: sandbox.pid,
    ports,
    ended,
    run: runInNamespaces(started),
    signal: sandbox.signal,
    stop: (graceMs = 10_000) => stop(sandbox, ended, graceMs),
    waitForPort: (port, timeoutMs) => waitForPort(port, timeoutMs, () => hasEnded),
  };
}

async function stop(sandbox: SandboxProcess, ended: Promise<ExitStatus>, graceMs: number): Promise<ExitStatus> {
  const asked = sandbox.signal("SIGTERM");
  asked.catch(() => {}); // seen below; until then it is not an unhandled rejection
  const timer = new AbortController();
  const maxWait = sleep(graceMs, undefined, { signal: timer.signal }).then(
    () => sandbox.signal("SIGKILL"),
    () => {}, // it ended in time
  );
  return ended.finally(async () => {
    timer.abort();
    await Promise.all([maxWait, asked]);
  });
}

function runInNamespaces({ sandbox, backend, network, plan }: StartedApp): RunningImage["run"] {
  const own = backend === "unshare-user" ? sandbox.pid : undefined;
  const around = process.getuid?.() === 0 ? own : (network?.pid ?? own);
  return async (command, options = {}) => {
    const pid = await sandbox.commandPid();
    if (pid !== undefined) return runInNeighbour({ ...plan, backend, pid, around }, command, options);
    throw new CnbError("APP_ENDED", `${command.join(" ")} cannot be run next to the app: the app has ended`, {
      hint: "Read the app's output for the reason, and start the app again.",
    });
  };
}
