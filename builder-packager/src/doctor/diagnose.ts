import { defined } from "../defined.ts";
import { namespaceAdvice } from "../sandbox/backends/choose-backend.ts";
import { humanSize } from "../text/human-size.ts";
import type { BackendFact, CacheFact, CredentialFact, MachineFacts } from "./facts.ts";

/**
 * The result of one check of `cnb doctor`. `failed` means that images cannot be built. `warning`
 * means that some builds may fail.
 */
export interface Check {
  readonly name: string;
  readonly status: "ok" | "warning" | "failed" | "absent";
  readonly message: string;
  readonly advice?: string;
}

/** The results of all checks of `cnb doctor`. */
export interface Diagnosis {
  /** True if this machine can build images. */
  readonly canBuild: boolean;
  readonly checks: readonly Check[];
}

/**
 * Diagnoses a machine from facts that were already gathered. The function itself performs no I/O.
 */
export function diagnose(facts: MachineFacts): Diagnosis {
  const checks = [
    ...facts.backends.map((backend) => backendCheck(backend, facts)),
    sandboxCheck(facts),
    cacheCheck(facts.cache),
    diskCheck(facts.cache),
    filesCheck(facts.openFiles),
    memoryCheck(facts),
    ...processesCheck(facts),
    extensionsCheck(facts),
    clockCheck(facts.nowMs),
    ...proxyChecks(facts),
    ...facts.authorities.map(authorityCheck),
    ...facts.credentials.map(credentialCheck),
  ];
  return { canBuild: !checks.some(({ status }) => status === "failed"), checks };
}

/** Checks a backend. One that does not work is not a failure, because another one may work. */
function backendCheck(fact: BackendFact, facts: MachineFacts): Check {
  const name = `backend ${fact.backend}`;
  if (fact.reason === undefined) return { name, status: "ok", message: "works" };
  const advice = backendAdvice(fact, facts);
  return { name, status: "absent", message: fact.reason, ...defined({ advice }) };
}

function backendAdvice({ backend, reason = "", hint }: BackendFact, facts: MachineFacts): string | undefined {
  if (backend === "direct")
    return "Start cnb in a container of a builder image: a job of GitLab, Tekton or Kubernetes.";
  if (backend === "podman" && !facts.isRoot && /newuidmap|subuid|user namespace/.test(reason + hint))
    return subordinateAdvice;
  if (backend === "docker" || backend === "podman") return hint;
  if (facts.platform !== "linux") return undefined;
  if (reason.endsWith("not installed")) return "Install the package bubblewrap.";
  return hint ?? namespaceAdvice([{ reason }], facts.kernel, facts.isRoot);
}

const subordinateAdvice =
  "Install the package uidmap, and give yourself subordinate ids: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER";

function sandboxCheck({ backends, platform }: MachineFacts): Check {
  const name = "buildpacks";
  const first = backends.find(({ reason }) => reason === undefined);
  if (first) return { name, status: "ok", message: `run in ${first.backend} by default` };
  const advice =
    platform === "linux"
      ? "Make one of the backends above work; each line has a hint."
      : "Install Docker or podman: only Linux has namespaces.";
  return { name, status: "failed", message: "cannot be run: no backend works", advice };
}

/** File systems on which links, owners or locks do not work as on a local disk. */
const doubtful = new Set(["nfs", "cifs", "fuse", "9p", "vfat", "exfat"]);

function cacheCheck(fact: CacheFact): Check {
  const { dir, problem, startsNoPrograms, fileSystem, leftovers = [] } = fact;
  const name = "cache";
  if (problem !== undefined)
    return {
      name,
      status: "failed",
      message: `${dir} cannot be written: ${problem}`,
      advice: "Set LIBCNB_CACHE_DIR to a directory that you can write to.",
    };
  if (startsNoPrograms)
    return {
      name,
      status: "failed",
      message: `${dir} is on a file system that is mounted with noexec: programs of images cannot start there`,
      advice: "Set LIBCNB_CACHE_DIR to a directory on a file system that is mounted without noexec.",
    };
  if (fileSystem !== undefined && doubtful.has(fileSystem))
    return {
      name,
      status: "warning",
      message: `${dir} is on ${fileSystem}, which is slow and supports neither owners nor hard links`,
      advice: "Set LIBCNB_CACHE_DIR to a directory on a disk of this machine.",
    };
  if (leftovers.length > 0)
    return {
      name,
      status: "warning",
      message: `builds could not remove ${leftovers.join(", ")}`,
      advice: "Run cnb cache prune as the user who owns these files.",
    };
  return { name, status: "ok", message: `${dir}${fileSystem === undefined ? "" : ` (${fileSystem})`}${sizeOf(fact)}` };
}

function sizeOf({ sizeBytes, limitBytes }: CacheFact): string {
  if (sizeBytes === undefined || limitBytes === undefined) return "";
  return `, ${humanSize(sizeBytes)}, ${limitBytes === null ? "no limit" : `limit ${humanSize(limitBytes)}`}`;
}

const gigabyte = 2 ** 30;

function diskCheck({ freeBytes }: CacheFact): Check {
  const name = "disk";
  if (freeBytes === undefined) return { name, status: "warning", message: "the free space is unknown" };
  const message = `${humanSize(freeBytes)} free for the cache`;
  const advice = "Free some space, or run cnb cache prune --unused-for 0d.";
  if (freeBytes < gigabyte / 4) return { name, status: "failed", message, advice };
  return freeBytes < 2 * gigabyte ? { name, status: "warning", message, advice } : { name, status: "ok", message };
}

function filesCheck(limit: number | undefined): Check {
  const name = "open files";
  if (limit === undefined) return { name, status: "ok", message: "no limit" };
  const message = `${limit} at once`;
  const advice = "Raise the limit, for example with `ulimit -n 4096`.";
  if (limit < 128) return { name, status: "failed", message, advice };
  return limit < 1024 ? { name, status: "warning", message, advice } : { name, status: "ok", message };
}

function memoryCheck({ memoryLimits }: MachineFacts): Check {
  const name = "memory limits";
  if (memoryLimits === "cgroup") return { name, status: "ok", message: "--memory limits all processes together" };
  if (memoryLimits === "process")
    return {
      name,
      status: "warning",
      message: "--memory limits each process by itself: your user cannot use the control groups",
      advice: "Run cnb as root, or use --backend docker or podman.",
    };
  return { name, status: "warning", message: "--memory cannot be enforced", advice: "Use --backend docker or podman." };
}

/**
 * Warns if a sandbox's processes are not limited. Otherwise nothing is reported, because no build
 * depends on it.
 */
function processesCheck({ platform, isRoot, processLimits }: MachineFacts): readonly Check[] {
  if (processLimits !== "none" || platform !== "linux") return [];
  const advice = isRoot
    ? "Make /sys/fs/cgroup writable, or use --backend docker or podman."
    : "Update to Linux 5.14 or later, or use --backend docker or podman.";
  return [
    {
      name: "process limits",
      status: "warning",
      message: "the number of processes in a sandbox is not limited",
      advice,
    },
  ];
}

/**
 * Checks if image extensions can be applied. If not, that is not a failure, because few builders
 * have any.
 */
function extensionsCheck({ extensions }: MachineFacts): Check {
  const name = "image extensions";
  if ("version" in extensions)
    return { name, status: "ok", message: `Dockerfiles are applied by buildah ${extensions.version}` };
  const { reason, advice } = extensions;
  return { name, status: "absent", message: reason, ...defined({ advice }) };
}

/** The time of writing. A machine with an earlier time does not trust current certificates. */
const writtenMs = Date.parse("2026-11-01T00:00:00Z");
const farMs = Date.parse("2046-01-01T00:00:00Z");

function clockCheck(nowMs: number): Check {
  const message = new Date(nowMs).toISOString();
  if (nowMs >= writtenMs && nowMs < farMs) return { name: "clock", status: "ok", message };
  const advice =
    "Set the clock of this machine: with a wrong time, certificates are refused as expired or not yet valid.";
  return { name: "clock", status: "warning", message: `${message} cannot be right`, advice };
}

const proxyChecks = ({ proxies }: MachineFacts): readonly Check[] =>
  Object.entries(proxies).map(([name, value]) => ({ name: `proxy ${name}`, status: "ok", message: value }));

function authorityCheck({ variable, file, isReadable }: MachineFacts["authorities"][number]): Check {
  const name = `CA certificates ${variable}`;
  if (isReadable) return { name, status: "ok", message: file };
  return { name, status: "warning", message: `${file} cannot be read`, advice: `Correct ${variable}, or unset it.` };
}

function credentialCheck({ file, helpers, registries, problem }: CredentialFact): Check {
  const name = "credentials";
  if (problem !== undefined)
    return { name, status: "warning", message: `${file}: ${problem}`, advice: `Correct ${file}.` };
  const missing = helpers.filter(({ isFound }) => !isFound).map((helper) => helper.name);
  const what = `${file}: ${registries} ${registries === 1 ? "registry" : "registries"}`;
  if (missing.length > 0)
    return {
      name,
      status: "warning",
      message: `${what}, but ${missing.join(", ")} is not on the PATH`,
      advice: "Install the credential helper, or log in again without it.",
    };
  const through = helpers.map((helper) => helper.name).join(", ");
  return { name, status: "ok", message: through === "" ? what : `${what}, by ${through}` };
}
