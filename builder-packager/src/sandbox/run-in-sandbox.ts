import { spawnSync } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { bubblewrapCommand } from "./bubblewrap.ts";
import { checkSpec } from "./check-spec.ts";
import { maxProcesses } from "./default-limits.ts";
import { startDirect } from "./direct.ts";
import { startContainer } from "./engine/container-process.ts";
import { openContainers } from "./engine/containers.ts";
import type { ExitStatus } from "./exit-status.ts";
import { readHostFacts } from "./host-facts.ts";
import { letThrough } from "./let-through.ts";
import { prepareMountPoints, resolveInRoot } from "./mount-points.ts";
import type { PrivateNetwork } from "./network/private-network.ts";
import { limitResources, type Wanted } from "./resource-limits.ts";
import { type SandboxOutput, type SandboxProcess, type StartIdentity, startProcess } from "./sandbox-process.ts";
import type { HostFacts, NamespaceBackend, PreparedSpec, SandboxBackend, SandboxCommand, SandboxSpec } from "./spec.ts";
import { syscallArchitecture } from "./syscalls/architecture.ts";
import { unshareCommand } from "./unshare.ts";

export interface SandboxOptions extends SandboxOutput {
  readonly backend: SandboxBackend;
  /** Ends everything inside when aborted; the promise then rejects with the signal's reason, after all is gone. */
  readonly signal?: AbortSignal;
  /** Where a command without the host's network is started, instead of in a network that nothing reaches. */
  readonly privateNetwork?: PrivateNetwork | undefined;
}

/**
 * Runs a command in a sandbox and waits until every process inside is gone: own process, mount, IPC and host name spaces,
 * no capabilities, no new privileges, no environment but the given one. Nothing outlives cnb, even when that is killed.
 * As an ordinary user the caller is `spec.uid` inside. As root, files keep their owners.
 *
 * Throws `SANDBOX_FAILED` when the sandbox cannot be made. An exit code other than 0 is a result.
 *
 * @example `await runInSandbox({ ...spec, command: ["/cnb/lifecycle/detector"] }, { backend: await chooseBackend() })`
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
  const { command, identity } = planStart(prepared, backend, options.privateNetwork);
  const limit = limitResources(wantedLimits(spec, backend), identity.uid === undefined);
  const started = await startProcess(backend, limit.wrap(command), identity, options).catch(async (error) => {
    await limit.remove();
    throw error;
  });
  return { ...started, ended: keepQuiet(started.ended.finally(limit.remove)) };
}

/** Whoever waits sees a failure; until then it is not an unhandled rejection. */
function keepQuiet<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {});
  return promise;
}

/** In a user namespace the kernel itself counts processes, where it counts them at all. */
const wantedLimits = ({ limits }: SandboxSpec, backend: NamespaceBackend): Wanted => ({
  memoryBytes: limits?.memoryBytes,
  processes: backend === "unshare-root" ? maxProcesses : undefined,
});

interface PlannedStart {
  readonly command: SandboxCommand;
  readonly identity: StartIdentity;
}

/** Who enters a network that root made is root until then. */
function planStart(spec: PreparedSpec, backend: NamespaceBackend, network?: PrivateNetwork): PlannedStart {
  const host = readHostFacts(process.env);
  if (!network) return { command: planCommand(spec, backend, host), identity: startIdentity(spec, backend) };
  const command = planCommand({ ...spec, network: true }, backend, host);
  return { command: network.enter(command, spec), identity: {} };
}

function planCommand(spec: PreparedSpec, backend: NamespaceBackend, host: HostFacts): SandboxCommand {
  const arch = syscallArchitecture();
  if (backend === "bubblewrap") return bubblewrapCommand(spec, { host, arch, hasSizes: bubblewrapHasSizes(host) });
  return unshareCommand(spec, { asRoot: backend === "unshare-root", arch, host });
}

const bubblewraps = new Map<string, boolean>();

/** Its version is asked for once. */
function bubblewrapHasSizes({ tools: { bwrap = "bwrap" } }: HostFacts): boolean {
  const known = bubblewraps.get(bwrap);
  if (known !== undefined) return known;
  const { stdout } = spawnSync(bwrap, ["--version"], { encoding: "utf8", timeout: 10_000 });
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout ?? "") ?? []).map(Number);
  const has = major > 0 || minor >= 7;
  bubblewraps.set(bwrap, has);
  return has;
}

/** A backend for ordinary users, chosen by root, is started as the user that the command shall be, so that owners agree. */
function startIdentity({ uid, gid }: SandboxSpec, backend: SandboxBackend): StartIdentity {
  return process.getuid?.() === 0 && backend !== "unshare-root" ? { uid, gid } : {};
}

/** Variables that a backend sets whatever it is told. */
const addedBy: Readonly<Partial<Record<SandboxBackend, readonly string[]>>> = {
  docker: ["HOME", "HOSTNAME", "PATH"],
  podman: ["HOME", "HOSTNAME", "PATH", "TERM", "container"],
};

/** The image's own env(1), where there is one, takes them away again. */
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
