import { chmod, readFile } from "node:fs/promises";
import { CnbError } from "../../errors.ts";
import { makeTemporaryDirectory } from "../../files/temporary-directory.ts";
import type { Waiting } from "../../waiting.ts";
import { openContainers } from "../engine/containers.ts";
import { removeTree } from "../remove-tree.ts";
import { runInSandbox } from "../run-in-sandbox.ts";
import type { HostFacts, NamespaceBackend, SandboxBackend } from "../spec.ts";
import { readHostFacts } from "./host-facts.ts";

/** A backend that does not work here, with the error message. */
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

/**
 * The values of `--backend` and `LIBCNB_SANDBOX`. `unshare` means the variant for root or for
 * ordinary users.
 */
export const backendChoices = ["auto", "bubblewrap", "unshare", "docker", "podman", "direct"] as const;
const namespaces: readonly NamespaceBackend[] = ["bubblewrap", "unshare-root", "unshare-user"];
const chosen = new Map<string, Promise<SandboxBackend>>();

/**
 * Finds the fastest sandbox that works on this machine, by trying: namespaces first, then a
 * container engine. `wanted`, or else `LIBCNB_SANDBOX`, selects one instead; `waiting` is called
 * for an unresponsive engine. Throws `NAMESPACES_UNAVAILABLE` with the attempts, their errors and a
 * hint.
 *
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

/** True if a backend uses namespaces. */
export const isNamespace = (backend: SandboxBackend): backend is NamespaceBackend =>
  (namespaces as readonly SandboxBackend[]).includes(backend);

/**
 * Root keeps the owners of files with its own backend; the other two are then only for tests and odd machines. A container
 * costs a third of a second for each run of a buildpack, so engines come last.
 */
export function candidates(wanted: string | undefined, isRoot: boolean): readonly SandboxBackend[] {
  const ofUsers: readonly SandboxBackend[] = ["bubblewrap", "unshare-user", "docker", "podman"];
  if (!wanted || wanted === "auto")
    return isRoot ? ["unshare-root", "bubblewrap", "unshare-user", "docker", "podman"] : ofUsers;
  if (wanted === "unshare") return [isRoot ? "unshare-root" : "unshare-user"];
  const backend = [...namespaces, "docker" as const, "podman" as const].find((name) => name === wanted);
  if (backend) return [backend];
  throw new CnbError("ARGUMENT_INVALID", `${JSON.stringify(wanted)} is not a sandbox`, {
    hint: `Set --backend or LIBCNB_SANDBOX to one of ${backendChoices.join(", ")}.`,
  });
}

/**
 * The reason why a backend does not work on this machine; undefined if it works. Throws if TMPDIR
 * prevents the attempt.
 */
export function probeBackend(backend: SandboxBackend, isRoot: boolean, waiting?: Waiting): Promise<string | undefined> {
  if (isNamespace(backend)) return probe(backend, readHostFacts(process.env), isRoot);
  if (backend === "direct") return Promise.resolve("only inside of a builder");
  return openContainers(backend, process.env, waiting && { waiting }).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** The reason why a backend does not work, if so. */
async function probe(backend: NamespaceBackend, host: HostFacts, isRoot: boolean): Promise<string | undefined> {
  if (backend === "bubblewrap" && host.tools["bwrap"] === undefined) return "bwrap: not installed";
  if (backend === "unshare-root" && !isRoot) return "only for root";
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
 * Starts a sandbox as builds do, in a root without files. That its command is not there is said by what would become the
 * command, when everything is set up and the filter is in force.
 */
async function startEmpty(backend: NamespaceBackend, rootfs: string): Promise<void> {
  await chmod(rootfs, 0o755); // root drops to the sandbox's user for some
  const own = { rootfs, rootfsWritable: false, mounts: [], cwd: "/", uid: nobody, gid: nobody, network: true };
  await runInSandbox({ ...own, command: ["/none"], env: {} }, { backend, signal: AbortSignal.timeout(10_000) });
}

/** Any ordinary id tells whether that one may make namespaces. */
const nobody = 65534;

/** Reads them. */
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

/** Creates the error with the attempts, their errors and a hint. */
export function namespacesUnavailable(
  failures: readonly BackendFailure[],
  kernel: KernelSettings,
  isRoot: boolean,
): CnbError<"NAMESPACES_UNAVAILABLE"> {
  const tried = failures.map(({ backend, reason }) => `${backend} (${reason.split("\n")[0]})`).join("; ");
  return new CnbError("NAMESPACES_UNAVAILABLE", `No sandbox can be made on this machine. Tried: ${tried}`, {
    hint: namespaceAdvice(failures, kernel, isRoot),
  });
}

/** The advice for machines that refuse namespaces. */
export function namespaceAdvice(
  failures: readonly Pick<BackendFailure, "reason">[],
  kernel: KernelSettings,
  isRoot: boolean,
): string {
  if (failures.some(({ reason }) => /\bE[MN]FILE\b|too few file descriptors/.test(reason))) {
    return "Too few file descriptors: allow more open files, for example with `ulimit -n 1024`.";
  }
  if (failures.some(({ reason }) => /Resource temporarily unavailable|\bEAGAIN\b/.test(reason))) {
    return "Too few processes: allow more of them, for example with `ulimit -u 4096`.";
  }
  if (failures.some(({ reason }) => /programs cannot be executed/.test(reason))) {
    return "Set TMPDIR to a directory that you can write and whose file system is not mounted with noexec.";
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
    return "Install the package bubblewrap.";
  }
  return "Inside a container, allow namespaces: `docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN`, or run cnb on the machine itself.";
}
