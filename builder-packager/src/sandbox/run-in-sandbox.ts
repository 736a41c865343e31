import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { bubblewrapCommand } from "./backends/bubblewrap.ts";
import { startDirect } from "./backends/direct.ts";
import { readHostFacts } from "./backends/host-facts.ts";
import { unshareCommand } from "./backends/unshare.ts";
import { checkSpec } from "./check-spec.ts";
import { sameIds } from "./confine.ts";
import { startContainer } from "./engine/container-process.ts";
import { openContainers } from "./engine/containers.ts";
import { maxProcesses } from "./limits/default-limits.ts";
import { limitResources, type RequestedLimits, type ResourceLimits } from "./limits/resource-limits.ts";
import { letThrough } from "./mounts/let-through.ts";
import { prepareMountPoints, resolveInRoot } from "./mounts/mount-points.ts";
import type { PrivateNetwork } from "./network/private-network.ts";
import type { ExitStatus } from "./processes/exit-status.ts";
import {
  type SandboxOutput,
  type SandboxProcess,
  type StartIdentity,
  startProcess,
} from "./processes/sandbox-process.ts";
import type { HostFacts, NamespaceBackend, PreparedSpec, SandboxBackend, SandboxCommand, SandboxSpec } from "./spec.ts";
import { syscallArchitecture } from "./syscalls/architecture.ts";
import { openTerminal } from "./terminal/own-terminal.ts";
import type { TerminalSize } from "./terminal/terminal-steps.ts";
import { terminalSize } from "./terminal/user-terminal.ts";

export interface SandboxOptions extends SandboxOutput {
  readonly backend: SandboxBackend;
  /**
   * Ends every process inside when aborted. When all processes have ended, the promise rejects with
   * the signal's reason.
   */
  readonly signal?: AbortSignal;
  /**
   * The network of a command that does not share the host's network. @default only a loopback
   * interface
   */
  readonly privateNetwork?: PrivateNetwork | undefined;
}

/**
 * Runs a command in a sandbox and waits until every process inside is gone. The sandbox has its own
 * PID, mount, IPC and UTS namespaces, no capabilities, no_new_privs, and only the given
 * environment. No process outlives cnb, even if cnb is killed. If an ordinary user starts the
 * sandbox, the user appears as `spec.uid` inside. If root starts the sandbox, files keep their
 * owners.
 *
 * Throws `SANDBOX_FAILED` if the sandbox cannot be created. A non-zero exit code is returned and
 * not thrown.
 *
 * @example `await runInSandbox({ ...spec, command: ["/cnb/lifecycle/detector"] }, { backend: await
 * chooseBackend() })`
 */
export async function runInSandbox(spec: SandboxSpec, options: SandboxOptions): Promise<ExitStatus> {
  options.signal?.throwIfAborted();
  const sandbox = await startInSandbox(spec, options);
  const abort = () => void sandbox.signal("SIGKILL");
  options.signal?.addEventListener("abort", abort);
  if (options.signal?.aborted) abort();
  try {
    const status = await sandbox.ended;
    options.signal?.throwIfAborted();
    return status;
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

/** Starts a command in a sandbox without waiting for its end. */
export async function startInSandbox(
  spec: SandboxSpec,
  options: Omit<SandboxOptions, "signal">,
): Promise<SandboxProcess> {
  checkSpec(spec);
  const { backend } = options;
  if (backend === "direct") {
    if (process.getuid?.() === 0) letThrough([spec.command[0], ...spec.mounts.map(({ source }) => source)], spec.gid);
    return startDirect(spec, options);
  }
  const prepared = await withoutAdded(await prepareMountPoints(spec), backend);
  if (backend === "docker" || backend === "podman")
    return startContainer(await openContainers(backend, process.env), prepared, options);
  if (startIdentity(spec, backend).gid !== undefined)
    letThrough([spec.rootfs, ...spec.mounts.map(({ source }) => source)], spec.gid);
  return startNamespaces(prepared, backend, options);
}

async function startNamespaces(
  spec: PreparedSpec,
  backend: NamespaceBackend,
  options: Omit<SandboxOptions, "signal">,
): Promise<SandboxProcess> {
  const identity = options.privateNetwork ? {} : startIdentity(spec, backend);
  const limit = limitResources(wantedLimits(spec, backend), !identity.uid);
  try {
    const size = options.stdio === "terminal" ? terminalSize() : undefined;
    const command = await planStart(spec, backend, limit, { network: options.privateNetwork, terminal: size });
    const terminal = size && openTerminal();
    const started = await startProcess(backend, command, identity, { ...options, terminal });
    return { ...started, ended: keepQuiet(started.ended.finally(limit.remove)) };
  } catch (error) {
    await limit.remove();
    throw error;
  }
}

/** Marks a rejection as handled; callers that await the promise still see it. */
function keepQuiet<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {});
  return promise;
}

/**
 * The limits for control groups. In a user namespace the kernel itself can limit the processes of a
 * user, but not those of the machine's root.
 */
const wantedLimits = ({ limits, uid }: SandboxSpec, backend: NamespaceBackend): RequestedLimits => ({
  memoryBytes: limits?.memoryBytes,
  processes: backend === "unshare-root" || (process.getuid?.() === 0 && uid === 0) ? maxProcesses : undefined,
});

/** Plans the start of a sandbox. If it joins a network that root created, it is started as root. */
async function planStart(
  spec: PreparedSpec,
  backend: NamespaceBackend,
  limits: ResourceLimits,
  { network, terminal }: { readonly network: PrivateNetwork | undefined; readonly terminal: TerminalSize | undefined },
): Promise<SandboxCommand> {
  const host = readHostFacts(process.env);
  const inside = network ? { ...spec, network: true } : spec;
  const entered = (command: SandboxCommand): SandboxCommand => network?.enter(command, spec) ?? command;
  const arch = syscallArchitecture();
  const ids = sameIds();
  if (backend === "bubblewrap") {
    const hasSizes = await bubblewrapHasSizes(host);
    const context = { host, arch, ids, hasSizes, asRoot: process.getuid?.() === 0, terminal };
    return limits.wrap(entered(bubblewrapCommand(inside, context)));
  }
  const own = { asRoot: backend === "unshare-root", ids };
  const context = { ...own, arch, parent: process.pid, limits: limits.steps, terminal };
  const caller = network?.callerInside(spec) ?? callerOf(startIdentity(spec, backend));
  return entered(unshareCommand(inside, { ...context, caller }));
}

const callerOf = ({ uid = process.geteuid?.() ?? 0, gid = process.getegid?.() ?? 0 }: StartIdentity) => ({ uid, gid });

const bubblewraps = new Map<string, Promise<boolean>>();

/** True if bubblewrap can limit the size of tmpfs mounts (0.7). Runs `bwrap --version` once. */
function bubblewrapHasSizes({ tools: { bwrap = "bwrap" } }: HostFacts): Promise<boolean> {
  const known = bubblewraps.get(bwrap) ?? askForSizes(bwrap);
  bubblewraps.set(bwrap, known);
  return known;
}

async function askForSizes(bwrap: string): Promise<boolean> {
  const asked = promisify(execFile)(bwrap, ["--version"], { timeout: 10_000 });
  const { stdout } = await asked.catch(() => ({ stdout: "" }));
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
  return major > 0 || minor >= 7;
}

/**
 * The user that starts the sandbox. If root uses the backend for ordinary users, it is started as
 * the command's user, so that the owners of files match.
 */
function startIdentity({ uid, gid }: SandboxSpec, backend: NamespaceBackend): StartIdentity {
  return process.getuid?.() === 0 && backend === "unshare-user" ? { uid, gid } : {};
}

/** Environment variables that a container engine always sets. */
const addedBy: Readonly<Partial<Record<SandboxBackend, readonly string[]>>> = {
  docker: ["HOME", "HOSTNAME", "PATH"],
  podman: ["HOME", "HOSTNAME", "PATH", "TERM", "container"],
};

/** Removes environment variables that the engine adds, by the image's own env(1) if it has one. */
async function withoutAdded(spec: PreparedSpec, backend: SandboxBackend): Promise<PreparedSpec> {
  const added = (addedBy[backend] ?? []).filter((name) => !Object.hasOwn(spec.env, name));
  if (added.length === 0 || spec.command[0].includes("=")) return spec;
  for (const file of ["/usr/bin/env", "/bin/env"]) {
    if (await isFile(join(spec.rootfs, await resolveInRoot(spec.rootfs, file)))) {
      return { ...spec, command: [file, ...added.flatMap((name) => ["-u", name]), ...spec.command] };
    }
  }
  return spec;
}

const isFile = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
