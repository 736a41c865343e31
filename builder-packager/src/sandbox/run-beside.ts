import { type StdioOptions, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import { getSystemErrorMessage } from "node:util";
import { CnbError } from "../errors.ts";
import { becomeUser, dropCapabilities, newKeyring, refuseCalls } from "./confine.ts";
import { execute } from "./execute.ts";
import { readHostFacts } from "./host-facts.ts";
import { coverInherited } from "./inherited-files.ts";
import type { SandboxBackend } from "./spec.ts";
import { startError } from "./start-error.ts";
import { syscallArchitecture } from "./syscalls/architecture.ts";
import { type Step, syscallProgram } from "./syscalls/program.ts";

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

/**
 * Runs a command in the namespaces of a process of a sandbox, with no more than that may do. It ends with the sandbox at the latest.
 * Throws SANDBOX_FAILED.
 */
export function runBeside(
  beside: SandboxNeighbour,
  command: readonly [string, ...string[]],
  { env, input, signal }: RunBeside,
): Promise<CommandOutput> {
  const steps = programSteps(beside, command, { ...beside.env, ...env });
  const program = syscallProgram(steps, syscallArchitecture());
  const [file, args] = enterCommand(beside);
  const fd = openProgram(program.file);
  const stdio: Exclude<StdioOptions, string> = ["pipe", "pipe", "pipe", "pipe", fd];
  const covered = coverInherited(stdio);
  const stop = signal && { signal, killSignal: "SIGKILL" as const };
  const child = spawn(file, args, { cwd: "/", env: {}, stdio, ...stop, ...identity(beside) });
  covered.close();
  closeSync(fd);
  const [stdin, stdout, stderr, report] = child.stdio as unknown as readonly [Writable, Readable, Readable, Duplex];
  const said = { stdout: "", stderr: "" };
  for (const [name, stream] of [["stdout", stdout] as const, ["stderr", stderr] as const]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      if (said[name].length < maxBytes) said[name] += text;
    });
  }
  const reported: Buffer[] = [];
  report.on("data", (part: Buffer) => reported.push(part));
  stdin.on("error", () => {}).end(input); // a command need not read its input
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(cause.name === "AbortError" ? cause : startError(cause)));
    child.once("close", (code) => {
      const failure = program.failure(Buffer.concat(reported));
      if (failure === undefined) resolve({ exitCode: code ?? 137, ...said });
      else reject(notConfined(failure));
    });
  });
}

const notConfined = ({ what, errno }: { readonly what: string; readonly errno: number }): CnbError =>
  new CnbError("SANDBOX_FAILED", `No command can be run beside the app: ${what}: ${getSystemErrorMessage(-errno)}`);

/** A program that nobody else can open, as its folder is closed and it has no name any more. */
function openProgram(bytes: Uint8Array): number {
  const dir = mkdtempSync(join(tmpdir(), "cnb-beside-"));
  try {
    const file = join(dir, "program");
    writeFileSync(file, bytes, { mode: 0o755 });
    return openSync(file, "r");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const programFd = 4;
const [reportFd, setFlags, closeOnExec] = [3, 2, 1];

/** It has entered the namespaces by then, with all that whoever made them may do there. */
function programSteps(
  { backend, uid, gid }: SandboxNeighbour,
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): readonly Step[] {
  const what = "close files";
  return [
    { what, call: "fcntl", args: [reportFd, setFlags, closeOnExec] },
    { what, call: "close", args: [programFd] },
    ...newKeyring(),
    // Who is not uid 0 of a user namespace has lost them all by becoming this program.
    ...(backend === "unshare-root" || uid === 0 ? dropCapabilities() : []),
    ...becomeUser(uid, gid, backend === "unshare-root"),
    ...refuseCalls(syscallArchitecture()),
    ...execute(command, env),
  ];
}

function enterCommand({ backend, pid, around }: SandboxNeighbour): readonly [string, readonly string[]] {
  const { nsenter } = readHostFacts(process.env).tools;
  if (nsenter === undefined)
    throw new CnbError("SANDBOX_FAILED", "nsenter is not installed", { hint: "Install the package util-linux." });
  const user = backend === "unshare-root" ? [] : ["--user", "--preserve-credentials"];
  const spaces = namespaces.flatMap(([flag, name]) => (isOwn(pid, name) ? [] : [flag]));
  if (backend === "bubblewrap" && around === undefined) throw closed();
  // All but the innermost user namespace belong to one around it, which has power over them.
  const outer = around === undefined ? [] : [`--user=/proc/${around}/ns/user`, "--preserve-credentials", "--", nsenter];
  const program = `/proc/self/fd/${programFd}`;
  return [nsenter, [...outer, "--target", String(pid), ...spaces, "--root", "--wd", ...user, "--", program]];
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
