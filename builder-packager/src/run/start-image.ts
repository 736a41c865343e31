import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CnbError } from "../errors.ts";
import type { Image } from "../oci/image.ts";
import { formatPlatform, hostPlatform, platformMatches } from "../oci/platform.ts";
import type { Volume } from "../platform/volumes.ts";
import type { Reporter } from "../reporter.ts";
import { isNamespace } from "../sandbox/choose-backend.ts";
import type { ExitStatus } from "../sandbox/exit-status.ts";
import { resolveInRoot } from "../sandbox/mount-points.ts";
import type { PrivateNetwork } from "../sandbox/network/private-network.ts";
import { type CommandOutput, type RunBeside, runBeside } from "../sandbox/run-beside.ts";
import { startInSandbox } from "../sandbox/run-in-sandbox.ts";
import type { SandboxOutput, SandboxProcess } from "../sandbox/sandbox-process.ts";
import type { Mount, PortBinding, SandboxBackend } from "../sandbox/spec.ts";
import { unpackImage } from "../sandbox/unpack-image.ts";
import { appMounts } from "./app-mounts.ts";
import { openAppNetwork } from "./app-network.ts";
import { checkCommand } from "./check-command.ts";
import { hostsView } from "./hosts-view.ts";
import type { Accounts } from "./image-user.ts";
import { memoryView } from "./memory-view.ts";
import { checkPublish, type ListeningPort, listenOn, type PublishedPort } from "./publish.ts";
import { planStart, processTypes, type StartPlan, type StartWishes } from "./start-plan.ts";
import { waitForPort } from "./wait-for-port.ts";
import { makeMountPlaces, makeWorkingDir } from "./working-dir.ts";
import { makeWritableRoot, type WritableRoot } from "./writable-root.ts";

export interface StartOptions extends Partial<StartWishes>, SandboxOutput {
  /** The image as the user calls it, for messages. */
  readonly name: string;
  /** The root of cnb's cache. */
  readonly cacheDir: string;
  readonly reporter: Reporter;
  /** Ports of this machine that lead to ports of the app. */
  readonly publish?: readonly PublishedPort[];
  /** How the app is kept apart from the machine: what `--backend` says. @default what works */
  readonly backend?: string;
  /** Folders that are service bindings or hold some: the app sees them below `SERVICE_BINDING_ROOT`. */
  readonly bindings?: readonly string[];
  /** Files and folders of this machine that the app sees. */
  readonly volumes?: readonly Volume[];
  /** What the app may take of memory. @default no limit */
  readonly memoryBytes?: number;
  /** `false` gives the app a network of its own, which nothing but `publish` leads into and nothing out of. @default true */
  readonly network?: boolean;
  /** Keeps the app from being started. One that has started does not heed it. */
  readonly signal?: AbortSignal;
}

/** An app that was started from an image. */
export interface RunningImage {
  /** Process id on the host of what holds the app together. */
  readonly pid: number;
  /** What leads to its ports, with the numbers that were chosen for those that were left open. */
  readonly ports: readonly PortBinding[];
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
 * private writable copy of its files, in the host's network or one of its own.
 *
 * @throws CnbError ARCHITECTURE_MISMATCH, IMAGE_START_UNKNOWN, IMAGE_COMMAND_…, PROCESS_TYPE_UNKNOWN, IMAGE_USER_UNKNOWN,
 * NAMESPACES_UNAVAILABLE, PORT_UNAVAILABLE, BINDING_INVALID, ARGUMENT_INVALID; the reason of `signal` when that is aborted before the app has started.
 * @example `const app = await startImage(image, { name: "oci:app", env: { PORT: "8080" }, cacheDir, reporter });
 * await app.waitForPort(8080, 10_000); await app.stop();`
 */
export async function startImage(image: Image, options: StartOptions): Promise<RunningImage> {
  const { publish = [], network = true } = options;
  checkPlatform(image, options.name);
  checkBackend(options.backend);
  if (network) checkPublish(publish);
  options.signal?.throwIfAborted();
  const ports = await listenOn(publish);
  tellChosen(publish, ports, options.reporter);
  const cleanUp: (() => unknown)[] = [() => closeAll(ports)];
  try {
    const app = await startWith(image, options, ports, cleanUp);
    await endIfAborted(app, options.signal);
    return app;
  } catch (error) {
    for (const step of cleanUp) await step();
    throw error;
  }
}

/** Where nothing can be mounted, an app would not have its image's files. */
function checkBackend(backend: string | undefined): void {
  if (backend !== "direct") return;
  throw new CnbError("ARGUMENT_INVALID", "--backend direct runs no app: it would see the files of this container", {
    hint: "Leave out --backend, or start a container from the image.",
  });
}

function tellChosen(wanted: readonly PublishedPort[], ports: readonly ListeningPort[], reporter: Reporter): void {
  for (const [index, { address, hostPort, containerPort }] of ports.entries())
    if (wanted[index]?.hostPort === 0) {
      const host = address.includes(":") ? `[${address}]` : address;
      reporter.info(`${host}:${hostPort} leads to port ${containerPort} of the app`);
    }
}

const closeAll = (ports: readonly ListeningPort[]): void => {
  for (const { listener } of ports) listener.close();
};

async function startWith(
  image: Image,
  options: StartOptions,
  ports: readonly ListeningPort[],
  cleanUp: (() => unknown)[],
): Promise<RunningImage> {
  const { plan, mounts, unpacked } = await planOf(image, options);
  const root = await makeWritableRoot(unpacked, options.cacheDir, options.backend);
  cleanUp.unshift(root.remove);
  await makeWorkingDir(options.name, root, plan.cwd);
  const { backend } = root;
  const limited = await limitedBy(options.memoryBytes, root);
  const names = options.network === false && isNamespace(backend) ? [await hostsView(root)] : [];
  const all = [...limited.mounts, ...names, ...mounts];
  await makeMountPlaces(options.name, root, all);
  const network = await openAppNetwork(ports, options.network ?? true, backend);
  cleanUp.unshift(network.close);
  const spec = { ...plan, ...sandboxRoot(root), ...limited, mounts: all, ...network.spec };
  options.signal?.throwIfAborted();
  const sandbox = await startInSandbox(spec, { ...options, backend, privateNetwork: network.privateNetwork });
  const bindings = ports.map(({ listener: _, ...port }) => port);
  return running(
    { sandbox, ports: bindings, run: besideSandbox(sandbox, backend, network.privateNetwork, plan) },
    cleanUp,
  );
}

interface Planned {
  readonly plan: StartPlan;
  readonly mounts: readonly Mount[];
  /** The directory of the image's files. */
  readonly unpacked: string;
}

async function planOf(image: Image, options: StartOptions): Promise<Planned> {
  const unpacked = await unpackImage(image, options);
  const wishes = { args: [], env: {}, ...options };
  const plan = planStart(options.name, image.config, wishes, await readAccounts(unpacked));
  const { mounts, env } = await appMounts(options, plan);
  await checkCommand(options.name, unpacked, plan, processTypes(image.config));
  options.signal?.throwIfAborted();
  return { plan: { ...plan, env }, mounts, unpacked };
}

async function limitedBy(memoryBytes: number | undefined, root: WritableRoot) {
  if (memoryBytes === undefined) return { mounts: [] };
  return { mounts: [await memoryView(root, memoryBytes)], limits: { memoryBytes } };
}

/** From here on signals are for the app; one that came while it was started is none of its business. */
async function endIfAborted(app: RunningImage, signal: AbortSignal | undefined): Promise<void> {
  if (!signal?.aborted) return;
  await app.signal("SIGKILL");
  await app.ended;
  signal.throwIfAborted();
}

function besideSandbox(
  sandbox: SandboxProcess,
  backend: SandboxBackend,
  network: PrivateNetwork | undefined,
  plan: StartPlan,
): RunningImage["run"] {
  const own = backend === "unshare-user" ? sandbox.pid : undefined;
  const around = process.getuid?.() === 0 ? own : (network?.pid ?? own);
  return async (command, options = {}) => {
    const pid = await sandbox.commandPid();
    if (pid !== undefined) return runBeside({ ...plan, backend, pid, around }, command, options);
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

interface Started extends Pick<RunningImage, "ports" | "run"> {
  readonly sandbox: SandboxProcess;
}

function running({ sandbox, ports, run }: Started, cleanUp: readonly (() => unknown)[]): RunningImage {
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
