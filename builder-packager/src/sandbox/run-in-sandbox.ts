import { randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { bubblewrapCommand } from "./bubblewrap.ts";
import { checkSpec } from "./check-spec.ts";
import type { ExitStatus } from "./exit-status.ts";
import { readHostFacts } from "./host-facts.ts";
import { prepareMountPoints, resolveInRoot } from "./mount-points.ts";
import { type SandboxOutput, type SandboxProcess, type StartIdentity, startProcess } from "./sandbox-process.ts";
import type { HostFacts, PreparedSpec, SandboxBackend, SandboxCommand, SandboxSpec } from "./spec.ts";
import { unshareCommand } from "./unshare.ts";

export interface SandboxOptions extends SandboxOutput {
  readonly backend: SandboxBackend;
  /** Ends everything inside when aborted; the promise then rejects with the signal's reason, after all is gone. */
  readonly signal?: AbortSignal;
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
  const host = readHostFacts(process.env);
  const prepared = await withoutPwd(await prepareMountPoints(spec), options.backend);
  const command = planCommand(prepared, options.backend, host);
  return startProcess(options.backend, command, startIdentity(spec, options.backend), options);
}

function planCommand(spec: PreparedSpec, backend: SandboxBackend, host: HostFacts): SandboxCommand {
  if (backend === "bubblewrap") return bubblewrapCommand(spec, host);
  return unshareCommand(spec, {
    asRoot: backend === "unshare-root",
    host,
    rootName: `root-${randomBytes(16).toString("hex")}`,
  });
}

/** A backend for ordinary users, chosen by root, is started as the user that the command shall be, so that owners agree. */
function startIdentity({ uid, gid }: SandboxSpec, backend: SandboxBackend): StartIdentity {
  return process.getuid?.() === 0 && backend !== "unshare-root" ? { uid, gid } : {};
}

/** bubblewrap always sets `PWD`. The image's own env(1), where there is one, takes it away again. */
async function withoutPwd(spec: PreparedSpec, backend: SandboxBackend): Promise<PreparedSpec> {
  if (backend !== "bubblewrap" || Object.hasOwn(spec.env, "PWD") || spec.command[0].includes("=")) return spec;
  for (const file of ["/usr/bin/env", "/bin/env"]) {
    if (await isFile(join(spec.rootfs, await resolveInRoot(spec.rootfs, file)))) {
      return { ...spec, command: [file, "-u", "PWD", ...spec.command] };
    }
  }
  return spec;
}

const isFile = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
