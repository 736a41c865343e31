import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CnbError } from "../errors.ts";
import type { Image } from "../oci/image.ts";
import { formatPlatform, hostPlatform, platformMatches } from "../oci/platform.ts";
import type { Reporter } from "../reporter.ts";
import type { ExitStatus } from "../sandbox/exit-status.ts";
import { resolveInRoot } from "../sandbox/mount-points.ts";
import { type CommandOutput, type RunBeside, runBeside } from "../sandbox/run-beside.ts";
import { startInSandbox } from "../sandbox/run-in-sandbox.ts";
import type { SandboxOutput, SandboxProcess } from "../sandbox/sandbox-process.ts";
import type { SandboxBackend } from "../sandbox/spec.ts";
import { unpackImage } from "../sandbox/unpack-image.ts";
import { checkCommand } from "./check-command.ts";
import type { Accounts } from "./image-user.ts";
import { memoryView } from "./memory-view.ts";
import { checkPublish, type PublishedPort, publishPorts } from "./publish.ts";
import { planStart, processTypes, type StartPlan, type StartWishes } from "./start-plan.ts";
import { waitForPort } from "./wait-for-port.ts";
import { makeWorkingDir } from "./working-dir.ts";
import { makeWritableRoot, type WritableRoot } from "./writable-root.ts";

export interface StartOptions extends Partial<StartWishes>, SandboxOutput {
  /** The image as the user calls it, for messages. */
  readonly name: string;
  /** The root of cnb's cache. */
  readonly cacheDir: string;
  readonly reporter: Reporter;
  readonly publish?: readonly PublishedPort[];
  /** What the app may take of memory. @default no limit */
  readonly memoryBytes?: number;
  /** `false` gives the app a network of its own with nothing but a loopback interface. @default true */
  readonly network?: boolean;
  /** Keeps the app from being started. One that has started does not heed it. */
  readonly signal?: AbortSignal;
}

/** An app that was started from an image. */
export interface RunningImage {
  /** Process id on the host of what holds the app together. */
  readonly pid: number;
  /** Settles when the app has ended and its files are removed. */
  readonly ended: Promise<ExitStatus>;
  /** Sends a signal to the app. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Asks the app to end with SIGTERM, ends it after `graceMs`. @default 10 000 */
  stop(graceMs?: number): Promise<ExitStatus>;
  /** Runs a further command beside the app: the same files, processes, user and environment. */
  run(command: readonly [string, ...string[]], options?: RunBeside): Promise<CommandOutput>;
  /** Waits until the app accepts connections. Throws `PORT_UNAVAILABLE`. */
  waitForPort(port: number, timeoutMs: number): Promise<void>;
}

/**
 * Starts an image without Docker, as root or not: what it says (entrypoint, command, environment, user, directory), on a
 * private writable copy of its files, in the host's network.
 *
 * @throws CnbError ARCHITECTURE_MISMATCH, IMAGE_START_UNKNOWN, IMAGE_COMMAND_…, PROCESS_TYPE_UNKNOWN, IMAGE_USER_UNKNOWN,
 * NAMESPACES_UNAVAILABLE; the reason of `signal` when that is aborted before the app has started.
 * @example `const app = await startImage(image, { name: "oci:app", env: { PORT: "8080" }, cacheDir, reporter });
 * await app.waitForPort(8080, 10_000); await app.stop();`
 */
export async function startImage(image: Image, options: StartOptions): Promise<RunningImage> {
  checkPlatform(image, options.name);
  checkPublish(options.publish ?? []);
  options.signal?.throwIfAborted();
  const unpacked = await unpackImage(image, options);
  const wishes = { args: [], env: {}, ...options };
  const plan = planStart(options.name, image.config, wishes, await readAccounts(unpacked));
  await checkCommand(options.name, unpacked, plan, processTypes(image.config));
  options.signal?.throwIfAborted();
  const root = await makeWritableRoot(unpacked, options.cacheDir);
  const cleanUp: (() => unknown)[] = [root.remove];
  try {
    await makeWorkingDir(options.name, root, plan.cwd);
    cleanUp.unshift(await publishPorts(options.publish ?? []));
    const { memoryBytes } = options;
    const limited = memoryBytes === undefined ? { mounts: [] } : await limitedTo(memoryBytes, root);
    const spec = { ...plan, ...sandboxRoot(root), ...limited, network: options.network ?? true };
    options.signal?.throwIfAborted();
    const sandbox = await startInSandbox(spec, { ...options, backend: root.backend });
    const app = running(sandbox, cleanUp, besideSandbox(sandbox, root.backend, plan));
    await endIfAborted(app, options.signal);
    return app;
  } catch (error) {
    for (const step of cleanUp) await step();
    throw error;
  }
}

const limitedTo = async (memoryBytes: number, root: WritableRoot) => ({
  mounts: [await memoryView(root, memoryBytes)],
  limits: { memoryBytes },
});

/** From here on signals are for the app; one that came while it was started is none of its business. */
async function endIfAborted(app: RunningImage, signal: AbortSignal | undefined): Promise<void> {
  if (!signal?.aborted) return;
  await app.signal("SIGKILL");
  await app.ended;
  signal.throwIfAborted();
}

function besideSandbox(sandbox: SandboxProcess, backend: SandboxBackend, plan: StartPlan): RunningImage["run"] {
  return async (command, options = {}) => {
    const pid = await sandbox.commandPid();
    if (pid !== undefined) return runBeside({ ...plan, backend, pid }, command, options);
    throw new CnbError("APP_ENDED", `${command.join(" ")} cannot be run: the app has ended`, {
      hint: "Read the app's output.",
    });
  };
}

const sandboxRoot = ({ rootfs, overlay }: Awaited<ReturnType<typeof makeWritableRoot>>) => ({
  rootfs,
  rootfsWritable: true,
  ...(overlay ? { overlay } : {}),
});

function checkPlatform({ config }: Image, name: string): void {
  const host = hostPlatform();
  if (platformMatches(config, host)) return;
  throw new CnbError(
    "ARCHITECTURE_MISMATCH",
    `${name} is for ${formatPlatform(config)}, this machine is ${formatPlatform(host)}`,
    { hint: `Build the image for ${formatPlatform(host)}, or run it on such a machine.` },
  );
}

/** The image is hostile input: its links are followed inside of it only. */
async function readAccounts(rootfs: string): Promise<Accounts> {
  const read = async (file: string): Promise<string> =>
    readFile(join(rootfs, await resolveInRoot(rootfs, file)), "utf8").catch(() => "");
  return { passwd: await read("/etc/passwd"), group: await read("/etc/group") };
}

function running(sandbox: SandboxProcess, cleanUp: readonly (() => unknown)[], run: RunningImage["run"]): RunningImage {
  let hasEnded = false;
  const ended = sandbox.ended.finally(async () => {
    hasEnded = true;
    for (const step of cleanUp) await step();
  });
  ended.catch(() => {}); // whoever waits sees it
  return {
    pid: sandbox.pid,
    ended,
    run,
    signal: sandbox.signal,
    stop: (graceMs = 10_000) => stop(sandbox, ended, graceMs),
    waitForPort: (port, timeoutMs) => waitForPort(port, timeoutMs, () => hasEnded),
  };
}

async function stop(sandbox: SandboxProcess, ended: Promise<ExitStatus>, graceMs: number): Promise<ExitStatus> {
  const asked = sandbox.signal("SIGTERM");
  asked.catch(() => {}); // seen below; until then it is not an unhandled rejection
  const timer = new AbortController();
  const patience = sleep(graceMs, undefined, { signal: timer.signal }).then(
    () => sandbox.signal("SIGKILL"),
    () => {}, // it ended in time
  );
  return ended.finally(async () => {
    timer.abort();
    await Promise.all([patience, asked]);
  });
}
