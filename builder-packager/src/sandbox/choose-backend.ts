import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { CnbError } from "../errors.ts";
import { readHostFacts } from "./host-facts.ts";
import { quoteAll } from "./shell.ts";
import type { HostFacts, SandboxBackend } from "./spec.ts";
import { requiredTools } from "./unshare.ts";

/** A backend that does not work here, and the words of what refused. */
export interface BackendFailure {
  readonly backend: SandboxBackend;
  readonly reason: string;
}

/** Settings of the kernel that keep ordinary users from making namespaces. `undefined`: the kernel has no such setting. */
export interface KernelSettings {
  readonly apparmorRestricts: string | undefined;
  readonly maxUserNamespaces: string | undefined;
  readonly unprivilegedClone: string | undefined;
}

const backends: readonly SandboxBackend[] = ["bubblewrap", "unshare-root", "unshare-user"];
let chosen: Promise<SandboxBackend> | undefined;

/**
 * Finds the fastest sandbox that works on this machine, by trying. `LIBCNB_SANDBOX` names one instead.
 * Throws `NAMESPACES_UNAVAILABLE` with what was tried, why it failed and what to do.
 */
export function chooseBackend(): Promise<SandboxBackend> {
  chosen ??= findBackend(process.env, process.getuid?.() === 0);
  chosen.catch(() => {
    chosen = undefined; // the next caller may have repaired the machine
  });
  return chosen;
}

async function findBackend(env: NodeJS.ProcessEnv, isRoot: boolean): Promise<SandboxBackend> {
  const host = readHostFacts(env);
  const failures: BackendFailure[] = [];
  for (const backend of candidates(env.LIBCNB_SANDBOX, isRoot)) {
    const reason = await probe(backend, host, isRoot);
    if (reason === undefined) return backend;
    failures.push({ backend, reason });
  }
  throw namespacesUnavailable(failures, await readKernelSettings(), isRoot);
}

/** Root keeps the owners of files with its own backend; the other two are then only for tests and odd machines. */
export function candidates(wanted: string | undefined, isRoot: boolean): readonly SandboxBackend[] {
  if (!wanted) return isRoot ? ["unshare-root", "bubblewrap", "unshare-user"] : ["bubblewrap", "unshare-user"];
  const backend = backends.find((name) => name === wanted);
  if (backend) return [backend];
  throw new CnbError("ARGUMENT_INVALID", `LIBCNB_SANDBOX is "${wanted}", which is no sandbox`, {
    hint: `Set it to ${backends.join(", ")}, or leave it unset.`,
  });
}

/** The reason why a backend does not work, if so. */
async function probe(backend: SandboxBackend, host: HostFacts, isRoot: boolean): Promise<string | undefined> {
  const missing = (backend === "bubblewrap" ? ["bwrap"] : requiredTools).filter((name) => !host.tools[name]);
  if (missing.length > 0) return `${missing.join(", ")}: not installed`;
  if (backend === "unshare-root" && !isRoot) return "only for root";
  const [file = "", ...args] = probeCommand(backend, host);
  // Root drops to the sandbox's user for these; any ordinary id tells whether that one may make namespaces.
  const identity = isRoot && backend !== "unshare-root" ? { uid: 65534, gid: 65534 } : {};
  return new Promise((resolve) => {
    execFile(file, args, { cwd: "/", env: {}, timeout: 10_000, ...identity }, (error, _stdout, stderr) =>
      resolve(error ? stderr.trim() || error.message : undefined),
    );
  });
}

/** The same namespaces, mounts and maps as a real sandbox needs, on the host's own root. */
function probeCommand(backend: SandboxBackend, { tools }: HostFacts): readonly string[] {
  const tool = (name: string): string => tools[name] ?? name;
  if (backend === "bubblewrap") {
    const bindings = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"];
    return [tool("bwrap"), "--unshare-user", "--unshare-pid", "--unshare-ipc", ...bindings, tool("env"), "true"];
  }
  const mount = quoteAll([tool("mount"), "-t", "tmpfs", "tmpfs", "/sys"]);
  const user = backend === "unshare-user" ? ["--user", "--map-root-user"] : [];
  const inner = backend === "unshare-user" ? [tool("unshare"), "--user", "--map-user=1000", "--map-group=1000"] : [];
  const script = `${mount} && ${quoteAll([...inner, tool("env"), "true"])}`;
  const namespaces = ["--mount", "--propagation", "private", "--ipc", "--uts", "--pid", "--fork"];
  return [tool("unshare"), ...user, ...namespaces, tool("sh"), "-c", script];
}

async function readKernelSettings(): Promise<KernelSettings> {
  const read = (name: string): Promise<string | undefined> =>
    readFile(`/proc/sys/${name}`, "utf8").then(
      (text) => text.trim(),
      () => undefined,
    );
  const [apparmorRestricts, maxUserNamespaces, unprivilegedClone] = await Promise.all(
    [
      "kernel/apparmor_restrict_unprivileged_userns",
      "user/max_user_namespaces",
      "kernel/unprivileged_userns_clone",
    ].map(read),
  );
  return { apparmorRestricts, maxUserNamespaces, unprivilegedClone };
}

/** The error that says what was tried, why it failed and what to do. */
export function namespacesUnavailable(
  failures: readonly BackendFailure[],
  kernel: KernelSettings,
  isRoot: boolean,
): CnbError<"NAMESPACES_UNAVAILABLE"> {
  const tried = failures.map(({ backend, reason }) => `${backend} (${reason.split("\n")[0]})`).join("; ");
  return new CnbError("NAMESPACES_UNAVAILABLE", `No sandbox can be made on this machine. Tried: ${tried}`, {
    hint: adviceFor(failures, kernel, isRoot),
  });
}

function adviceFor(failures: readonly BackendFailure[], kernel: KernelSettings, isRoot: boolean): string {
  if (failures.some(({ reason }) => /\bE[MN]FILE\b/.test(reason))) {
    return "Too few file descriptors: allow more open files, for example with `ulimit -n 1024`.";
  }
  if (!isRoot && kernel.apparmorRestricts === "1") {
    return "AppArmor restricts user namespaces (Ubuntu 23.10 and later). Run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, install an AppArmor profile for bwrap that has `userns,`, or run cnb as root.";
  }
  if (!isRoot && kernel.maxUserNamespaces === "0") {
    return "User namespaces are switched off. Run `sudo sysctl user.max_user_namespaces=10000`, or run cnb as root.";
  }
  if (!isRoot && kernel.unprivilegedClone === "0") {
    return "Ordinary users may not make user namespaces. Run `sudo sysctl kernel.unprivileged_userns_clone=1`, or run cnb as root.";
  }
  if (failures.every(({ reason }) => reason.endsWith("not installed"))) {
    return "Install the package util-linux or bubblewrap.";
  }
  return "Inside a container, allow namespaces: `docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN`, or run cnb on the machine itself.";
}
