import { spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { CnbError } from "../errors.ts";
import { readHostFacts } from "./host-facts.ts";
import type { SandboxBackend } from "./spec.ts";
import { startError } from "./start-error.ts";

/** A process in a sandbox, and what its command was started with. */
export interface SandboxNeighbour {
  readonly backend: SandboxBackend;
  /** Process id on the host. */
  readonly pid: number;
  /** That of a process in the user namespace around all of the sandbox's, where there is one. */
  readonly around: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly gid: number;
}

/** How a command is run beside another one. */
export interface RunBeside {
  /** Variables on top of those of the other command. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its standard input. Default: nothing. */
  readonly input?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** How a command ended, and what it said. */
export interface CommandOutput {
  /** 128 and the signal's number if a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

// beyond this nobody reads it
const maxBytes = 16 * 1024 * 1024;

/** Runs a command in the namespaces of a process of a sandbox. It ends with the sandbox at the latest. Throws SANDBOX_FAILED. */
export function runBeside(
  beside: SandboxNeighbour,
  command: readonly [string, ...string[]],
  { env, input, signal }: RunBeside,
): Promise<CommandOutput> {
  const [file, args] = enterCommand(beside, command);
  const child = spawn(file, args, {
    cwd: "/",
    env: { ...beside.env, ...env },
    stdio: "pipe",
    ...(signal && { signal, killSignal: "SIGKILL" as const }),
    ...identity(beside),
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      if (said[name].length < maxBytes) said[name] += text;
    });
  }
  child.stdin.on("error", () => {}).end(input); // a command need not read its input
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(cause.name === "AbortError" ? cause : startError(cause)));
    child.once("close", (code) => resolve({ exitCode: code ?? 137, ...said }));
  });
}

function enterCommand(
  { backend, pid, around, uid, gid }: SandboxNeighbour,
  command: readonly string[],
): readonly [string, readonly string[]] {
  const { nsenter } = readHostFacts(process.env).tools;
  if (nsenter === undefined)
    throw new CnbError("SANDBOX_FAILED", "nsenter is not installed", { hint: "Install the package util-linux." });
  const user =
    backend === "unshare-root"
      ? ["--setuid", String(uid), "--setgid", String(gid)]
      : ["--user", "--preserve-credentials"];
  const spaces = namespaces.flatMap(([flag, name]) => (isOwn(pid, name) ? [] : [flag]));
  if (backend === "bubblewrap" && around === undefined) throw closed();
  // All but the innermost user namespace belong to one around it, which has power over them.
  const outer = around === undefined ? [] : [`--user=/proc/${around}/ns/user`, "--preserve-credentials", "--", nsenter];
  return [nsenter, [...outer, "--target", String(pid), ...spaces, "--root", "--wd", ...user, "--", ...command]];
}

/** Nothing of it stays in the namespace that the others belong to. */
const closed = (): CnbError =>
  new CnbError("SANDBOX_FAILED", "No command can be run beside an app in bubblewrap", {
    hint: "Set LIBCNB_SANDBOX=unshare.",
  });

const namespaces = [
  ["--mount", "mnt"],
  ["--uts", "uts"],
  ["--ipc", "ipc"],
  ["--net", "net"],
  ["--pid", "pid"],
] as const;

// An ordinary user may not even enter what it is in already.
function isOwn(pid: number, name: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/${name}`) === readlinkSync(`/proc/self/ns/${name}`);
  } catch {
    return false;
  }
}

// as the sandbox was started
const identity = ({ backend, uid, gid }: SandboxNeighbour) =>
  process.getuid?.() === 0 && backend !== "unshare-root" ? { uid, gid } : {};
