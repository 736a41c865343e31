import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { withOpenUmask } from "../files/open-umask.ts";
import type { Image } from "../oci/model/image.ts";
import type { Reporter } from "../reporter.ts";
import { chooseBackend, isNamespace } from "../sandbox/backends/choose-backend.ts";
import { checkPlatform } from "../sandbox/emulation.ts";
import type { SandboxOutput } from "../sandbox/processes/sandbox-process.ts";
import { startInSandbox } from "../sandbox/run-in-sandbox.ts";
import type { Tmpfs } from "../sandbox/spec.ts";
import { waitingLine } from "../waiting.ts";
import type { AppMountOptions } from "./app-mounts.ts";
import { openAppNetwork } from "./app-network.ts";
import { hostsView } from "./hosts-view.ts";
import { memoryView } from "./memory-view.ts";
import { planImage } from "./plan-image.ts";
import { checkPublish, type ListeningPort, listenOn, type PublishedPort } from "./publish.ts";
import { type RunningImage, runningImage } from "./running-image.ts";
import type { StartRequest } from "./start-plan.ts";
import { checkTmpfs } from "./tmpfs.ts";
import { makeMountPoints, makeTmpfsDirs, makeWorkingDir } from "./working-dir.ts";
import { makeWritableRoot, type WritableRoot } from "./writable-root.ts";

/** The settings for starting an app. */
export interface StartSettings extends Partial<StartRequest>, AppMountOptions, SandboxOutput {
  /** Ports of this machine to forward to ports of the app. */
  readonly publish?: readonly PublishedPort[];
  /** The sandbox in which the app runs, as in `--backend`. @default the first one that works */
  readonly backend?: string;
  /**
   * True if the app can only write to volumes and tmpfs mounts. `/tmp` is then only writable if
   * `tmpfs` lists it. @default false
   */
  readonly readOnly?: boolean;
  /** Additional directories with an empty tmpfs. */
  readonly tmpfs?: readonly Tmpfs[];
  /** The memory limit of the app in bytes. @default no limit */
  readonly memoryBytes?: number;
  /**
   * True to share the host's network. With false, the app has its own network without access to
   * other hosts, and is only reachable through `publish`. @default true
   */
  readonly network?: boolean;
  /** Called once, right before the app is started. */
  readonly onStarting?: () => void;
}

/** Options of {@link startImage}. */
export interface StartOptions extends StartSettings {
  /** The image's name for messages, as the user gave it. */
  readonly name: string;
  /** The path of the root of cnb's cache. */
  readonly cacheDir: string;
  readonly reporter: Reporter;
  /** Aborts the start of the app. The signal has no effect on a running app. */
  readonly signal?: AbortSignal;
}

/**
 * Starts an image without Docker. Root is not required. The app runs with the image's entrypoint,
 * command, environment, user and working directory, on a private writable copy of its files, in the
 * host's network or a private one.
 *
 * @throws CnbError ARCHITECTURE_MISMATCH, IMAGE_START_UNKNOWN, IMAGE_COMMAND_…,
 * PROCESS_TYPE_UNKNOWN, IMAGE_USER_UNKNOWN, NAMESPACES_UNAVAILABLE, PORT_UNAVAILABLE,
 * BINDING_INVALID, ARGUMENT_INVALID; the reason of `signal` if it is aborted before the app has
 * started.
 * @example `const app = await startImage(image, { name: "oci:app", env: { PORT: "8080" }, cacheDir,
 * reporter }); await app.waitForPort(8080, 10_000); await app.stop();`
 */
export async function startImage(image: Image, options: StartOptions): Promise<RunningImage> {
  const { publish = [], network = true } = options;
  checkBackend(options.backend);
  await checkPlatform(image.config, options.name, () => chooseBackend(options.backend, waitingLine(options.reporter)));
  checkTmpfs(options.tmpfs ?? []);
  if (network) checkPublish(publish);
  options.signal?.throwIfAborted();
  const ports = await listenOn(publish);
  reportChosen(publish, ports, options.reporter);
  const cleanUp: (() => unknown)[] = [() => closeAll(ports)];
  try {
    const app = await withOpenUmask(() => startWith(image, options, ports, cleanUp));
    await endIfAborted(app, options.signal);
    return app;
  } catch (error) {
    for (const step of cleanUp) await step();
    throw error;
  }
}

/**
 * Refuses the backend `direct`: it cannot mount anything, so the app would not see the image's
 * files.
 */
function checkBackend(backend: string | undefined): void {
  if (backend !== "direct") return;
  throw new CnbError(
    "ARGUMENT_INVALID",
    "--backend direct cannot run an app: the app would see the files of this container",
    {
      hint: "Remove --backend, or start a container from the image.",
    },
  );
}

function reportChosen(wanted: readonly PublishedPort[], ports: readonly ListeningPort[], reporter: Reporter): void {
  for (const [index, { address, hostPort, containerPort }] of ports.entries())
    if (wanted[index]?.hostPort === 0) {
      const host = address.includes(":") ? `[${address}]` : address;
      reporter.info(`${host}:${hostPort} forwards to port ${containerPort} of the app`);
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
  const { plan, mounts, unpacked } = await planImage(image, options);
  const root = await makeWritableRoot(unpacked, options.cacheDir, options.backend, {
    waiting: waitingLine(options.reporter),
    signal: options.signal,
  });
  cleanUp.unshift(root.remove);
  await makeWorkingDir(options.name, root, plan.cwd);
  const { backend } = root;
  const limited = await limitedBy(options.memoryBytes, root);
  const names = options.network === false && isNamespace(backend) ? [await hostsView(root)] : [];
  const all = [...limited.mounts, ...names, ...mounts];
  const tmpfs = tmpfsOf(options);
  await makeTmpfsDirs(options.name, root, options.tmpfs ?? []);
  await makeMountPoints(options.name, root, all);
  const network = await openAppNetwork(ports, options.network ?? true, backend);
  cleanUp.unshift(network.close);
  const files = { ...sandboxRoot(root, options), tmpfs, mounts: all };
  const spec = { ...plan, ...limited, ...files, ...network.spec };
  options.signal?.throwIfAborted();
  options.onStarting?.();
  const sandbox = await startInSandbox(spec, { ...options, backend, privateNetwork: network.privateNetwork });
  const bindings = ports.map(({ listener: _, ...port }) => port);
  return runningImage({ sandbox, backend, plan, network: network.privateNetwork, ports: bindings }, cleanUp);
}

async function limitedBy(memoryBytes: number | undefined, root: WritableRoot) {
  if (memoryBytes === undefined) return { mounts: [] };
  return { mounts: [await memoryView(root, memoryBytes)], limits: { memoryBytes } };
}

/** Ends the app if the signal was aborted during its start. Later signals are for the app. */
async function endIfAborted(app: RunningImage, signal: AbortSignal | undefined): Promise<void> {
  if (!signal?.aborted) return;
  await app.signal("SIGKILL");
  await app.ended;
  signal.throwIfAborted();
}

/**
 * The tmpfs mounts, outer directories first. A read-only app has no tmpfs at /tmp by default, as
 * with Docker and Kubernetes.
 */
function tmpfsOf({ readOnly = false, tmpfs = [] }: StartOptions): readonly Tmpfs[] {
  const hasTmp = readOnly || tmpfs.some(({ target }) => target === "/tmp");
  return [...(hasTmp ? [] : [{ target: "/tmp" }]), ...tmpfs].toSorted((one, other) =>
    one.target < other.target ? -1 : 1,
  );
}

const sandboxRoot = ({ rootfs, overlay }: WritableRoot, { readOnly = false }: StartOptions) => ({
  rootfs,
  rootfsWritable: !readOnly,
  ...defined({ overlay }),
});
