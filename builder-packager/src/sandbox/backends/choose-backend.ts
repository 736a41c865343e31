import { chmod, readFile } from "node:fs/promises";
import { CnbError } from "../../errors.ts";
import { makeTemporaryDirectory } from "../../files/temporary-directory.ts";
import type { Waiting } from "../../waiting.ts";
import { openContainers } from "../engine/containers.ts";
import { removeTree } from "../remove-tree.ts";
import { runInSandbox } from "../run-in-sandbox.ts";
import type { HostFacts, NamespaceBackend, SandboxBackend } from "../spec.ts";
import { readHostFacts } from "./host-facts.ts";

/** A sandbox backend that does not work on this machine, with its error message. */
export interface BackendFailure {
  readonly backend: SandboxBackend;
  readonly reason: string;
}

/**
 * The kernel settings that prevent ordinary users from creating namespaces. A setting is undefined
 * if the kernel does not have it.
 */
export interface KernelSettings {
  readonly apparmorRestricts: string | undefined;
  readonly maxUserNamespaces: string | undefined;
  readonly unprivilegedClone: string | undefined;
}

/**
 * The values of `--backend` and `LIBCNB_SANDBOX`. `unshare` selects the variant for root or for
 * ordinary users, depending on the user who runs cnb.
 */
export const backendChoices = ["auto", "bubblewrap", "unshare", "docker", "podman", "direct"] as const;
const namespaces: readonly NamespaceBackend[] = ["bubblewrap", "unshare-root", "unshare-user"];
const chosen = new Map<string, Promise<SandboxBackend>>();

/**
 * Finds the first sandbox that works on this machine: namespaces, then a container engine.
 * `wanted`, or else `LIBCNB_SANDBOX`, selects one instead. `waiting` is called for an unresponsive
 * engine.
 *
 * @throws CnbError NAMESPACES_UNAVAILABLE with the attempts and their errors; ARGUMENT_INVALID for
 * an unknown backend; OUTPUT_UNWRITABLE if the temporary directory is unusable
 * @example `const backend = await chooseBackend("auto")`
 */
export function chooseBackend(wanted = process.env.LIBCNB_SANDBOX, waiting?: Waiting): Promise<SandboxBackend> {
  const isRoot = process.getuid?.() === 0;
  return found(wanted ?? "", () => findBackend(candidates(wanted, isRoot), isRoot, waiting));
}

function found(key: string, find: () => Promise<SandboxBackend>): Promise<SandboxBackend> {
  const known = chosen.get(key) ?? find();
  chosen.set(key, known);
  known.catch(() => chosen.delete(key)); // the next caller may have repaired the machine
  return known;
}

async function findBackend(
  wanted: readonly SandboxBackend[],
  isRoot: boolean,
  waiting: Waiting | undefined,
): Promise<SandboxBackend> {
  const failures: BackendFailure[] = [];
  for (const backend of wanted) {
    const reason = await probeBackend(backend, isRoot, waiting);
    if (reason === undefined) return backend;
    failures.push({ backend, reason });
  }
  throw namespacesUnavailable(failures, await readKernelSettings(), isRoot);
}

/** True if a backend uses kernel namespaces instead of a container engine. */
export const isNamespace = (backend: SandboxBackend): backend is NamespaceBackend =>
  (namespaces as readonly SandboxBackend[]).includes(backend);

/**
 * Returns the backends to try, in order. If `isRoot` is true, `unshare-root` is first, because it
 * keeps the owners of files. Container engines are last, because each run of a buildpack in a
 * container takes a third of a second longer.
 */
export function candidates(wanted: string | undefined, isRoot: boolean): readonly SandboxBackend[] {
  const ofUsers: readonly SandboxBackend[] = ["bubblewrap", "unshare-user", "docker", "podman"];
  if (!wanted || wanted === "auto")
    return isRoot ? ["unshare-root", "bubblewrap", "unshare-user", "docker", "podman"] : ofUsers;
  if (wanted === "unshare") return [isRoot ? "unshare-root" : "unshare-user"];
  const backend = [...namespaces, "docker" as const, "podman" as const].find((name) => name === wanted);
  if (backend) return [backend];
  throw new CnbError("ARGUMENT_INVALID", `${JSON.stringify(wanted)} is not a sandbox backend`, {
    hint: `Set --backend or LIBCNB_SANDBOX to one of ${backendChoices.join(", ")}.`,
  });
}

/**
 * Tries a backend. Returns the reason why it does not work on this machine; undefined if it works.
 * Throws if TMPDIR prevents the test.
 */
export function probeBackend(backend: SandboxBackend, isRoot: boolean, waiting?: Waiting): Promise<string | undefined> {
  if (isNamespace(backend)) return probe(backend, readHostFacts(process.env), isRoot);
  if (backend === "direct") return Promise.resolve("works only inside a container of a builder");
  return openContainers(backend, process.env, waiting && { waiting }).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** The reason why a namespace backend does not work; undefined if it works. */
async function probe(backend: NamespaceBackend, host: HostFacts, isRoot: boolean): Promise<string | undefined> {
  if (backend === "bubblewrap" && host.tools["bwrap"] === undefined) return "bwrap: not installed";
  if (backend === "unshare-root" && !isRoot) return "works only for root";
  const rootfs = makeTemporaryDirectory("cnb-probe-");
  try {
    return await startEmpty(backend, rootfs).then(
      () => undefined,
      (error: Error) => error.message,
    );
  } finally {
    await removeTree(rootfs);
  }
}

/**
 * Starts a sandbox like that of a build, in an empty root file system. The command does not exist.
 * That is only reported after the sandbox is set up and the filter is installed.
 */
async function startEmpty(backend: NamespaceBackend, rootfs: string): Promise<void> {
  await chmod(rootfs, 0o755); // root drops to the sandbox's user for some
  const own = { rootfs, rootfsWritable: false, mounts: [], cwd: "/", uid: nobody, gid: nobody, network: true };
  await runInSandbox({ ...own, command: ["/none"], env: {} }, { backend, signal: AbortSignal.timeout(10_000) });
}

/** The user of the attempt. Any id other than root's shows whether namespaces can be created. */
const nobody = 65534;

/** Reads the kernel settings that restrict namespaces from /proc/sys. */
export async function readKernelSettings(): Promise<KernelSettings> {
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

/**
 * Creates the error for a machine on which no sandbox works. It lists the attempts and their
 * errors, and has a hint.
 */
export function namespacesUnavailable(
  failures: readonly BackendFailure[],
  kernel: KernelSettings,
  isRoot: boolean,
): CnbError<"NAMESPACES_UNAVAILABLE"> {
  const tried = failures.map(({ backend, reason }) => `${backend} (${reason.split("\n")[0]})`).join("; ");
  return new CnbError("NAMESPACES_UNAVAILABLE", `no sandbox can be created on this machine. cnb tried: ${tried}`, {
    hint: namespaceAdvice(failures, kernel, isRoot),
  });
}

/** Returns the hint for a machine that does not permit namespaces. */
export function namespaceAdvice(
  failures: readonly Pick<BackendFailure, "reason">[],
  kernel: KernelSettings,
  isRoot: boolean,
): string {
  if (failures.some(({ reason }) => /\bE[MN]FILE\b|the limit of open files is too low/.test(reason))) {
    return "The limit of open files is too low: raise it, for example with `ulimit -n 1024`.";
  }
  if (failures.some(({ reason }) => /Resource temporarily unavailable|\bEAGAIN\b/.test(reason))) {
    return "The limit of processes is too low: raise it, for example with `ulimit -u 4096`.";
  }
  if (failures.some(({ reason }) => /cannot create and execute a program/.test(reason))) {
    return "Set TMPDIR to a directory that you can write to, on a file system that is mounted without noexec.";
  }
  if (!isRoot && kernel.apparmorRestricts === "1") {
    return "AppArmor restricts user namespaces (Ubuntu 23.10 and later). Run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, install an AppArmor profile for bwrap that has `userns,`, or run cnb as root.";
  }
  if (!isRoot && kernel.maxUserNamespaces === "0") {
    return "User namespaces are disabled. Run `sudo sysctl user.max_user_namespaces=10000`, or run cnb as root.";
  }
  if (!isRoot && kernel.unprivilegedClone === "0") {
    return "The kernel does not allow ordinary users to create user namespaces. Run `sudo sysctl kernel.unprivileged_userns_clone=1`, or run cnb as root.";
  }
  if (failures.every(({ reason }) => reason.endsWith("not installed"))) {
    return "Install the package bubblewrap.";
  }
  return "Inside a container, allow namespaces: `docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN`, or run cnb on the machine itself.";
}
