import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDir } from "../../cache-dirs.ts";
import { CnbError } from "../../errors.ts";
import { startError } from "../backends/start-error.ts";
import { syscallArchitecture } from "./architecture.ts";
import type { SyscallArchitecture } from "./assembled.ts";
import { loadedAddress, type Step, syscallProgram } from "./program.ts";

/** The file descriptor of the socket from which the loader reads its program. */
export const programFd = 6;

// of linux/prctl.h, sys/socket.h and sys/mman.h
const [endWithParent, killSignal] = [1, 9];
const [peek, waitForAll] = [2, 0x100];
const readAndWrite = 1 | 2;
const newMemory = 0x2 | 0x10 | 0x20; // MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS
const lengthSize = 8;

/**
 * Returns an executable that reads a list of system calls and executes it. It is the same for each
 * sandbox and contains no secrets. The loader first asks the kernel to be killed with its parent.
 * The parent may already have ended, so the loader only accepts a complete list.
 */
export function loaderProgram(arch: SyscallArchitecture): Uint8Array {
  const what = "read the program";
  const read = (to: { step: string; argument: number }, flags: number): Step => {
    return { what, call: "recvfrom", args: [programFd, to, lengthSize, flags | waitForAll, 0, 0] };
  };
  const steps: readonly Step[] = [
    { what, call: "prctl", args: [endWithParent, killSignal, 0, 0, 0] },
    read({ step: "memory", argument: 1 }, peek),
    read({ step: "list", argument: 2 }, peek),
    read({ step: "length", argument: 0 }, 0),
    { what, label: "memory", call: "mmap", args: [loadedAddress, 0, readAndWrite, newMemory, -1, 0] },
    { what, label: "list", call: "recvfrom", args: [programFd, loadedAddress, 0, waitForAll, 0, 0] },
    { what, label: "length", call: "compare", args: [0] },
    { what, call: "close", args: [programFd], onSuccess: "loaded" },
  ];
  return syscallProgram(steps, arch, { loaded: loadedAddress }).bytes;
}

let opened: number | undefined;

/**
 * Returns the file descriptor of the loader's executable in this process. A child executes it as
 * `/proc/self/fd/N`. The file has no name, so no other process can replace it. The file is created
 * once. Throws SANDBOX_FAILED.
 */
export function loaderFile(): number {
  opened ??= openLoader();
  return opened;
}

function openLoader(): number {
  const program = loaderProgram(syscallArchitecture());
  const dirs = [tmpdir, () => "/dev/shm", () => process.env["XDG_RUNTIME_DIR"], () => cacheDir(process.env)];
  for (const dir of dirs) {
    const fd = openIn(dir, program);
    if (fd !== undefined) return fd;
  }
  throw new CnbError(
    "SANDBOX_FAILED",
    `no sandbox can be started: cannot create and execute a program in ${tmpdir()}`,
    {
      hint: "Set TMPDIR to a directory that you can write to, on a file system that is mounted without noexec.",
    },
  );
}

/**
 * Creates the loader in a directory and opens it for reading: a file that is open for writing cannot
 * be executed. Returns undefined if the directory is not writable, or its file system is mounted
 * with noexec.
 */
function openIn(parent: () => string | undefined, program: Uint8Array): number | undefined {
  try {
    const dir = parent();
    if (dir === undefined) return undefined;
    return openNameless(dir, program) ?? openUnlinked(dir, program);
  } catch (error) {
    if (/^E[MN]FILE$/.test(errorCode(error))) throw startError(error);
    return undefined;
  }
}

const executable = 0o555; // whatever the umask; root may start it as another user
const noName = 0o20000000 | constants.O_DIRECTORY; // O_TMPFILE of asm-generic/fcntl.h

/**
 * Creates a file that never has a name, so a process that is killed leaves nothing. Returns
 * undefined if the file system has no such files: overlayfs before Linux 6.3, NFS.
 */
export function openNameless(dir: string, program: Uint8Array): number | undefined {
  let written: number | undefined;
  try {
    written = openSync(dir, noName | constants.O_RDWR, 0o700);
    writeFileSync(written, program);
    fchmodSync(written, executable);
    return openExecutable(`/proc/self/fd/${written}`);
  } catch (error) {
    if (/^(EOPNOTSUPP|EISDIR|EINVAL)$/.test(errorCode(error))) return undefined;
    throw error;
  } finally {
    if (written !== undefined) closeSync(written);
  }
}

/** Creates a file and unlinks it at once, so that nothing remains when the process ends. */
export function openUnlinked(parent: string, program: Uint8Array): number {
  const dir = mkdtempSync(join(parent, "cnb-loader-"));
  try {
    const file = join(dir, "loader");
    writeFileSync(file, program);
    chmodSync(file, executable);
    return openExecutable(file);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function openExecutable(file: string): number {
  accessSync(file, constants.X_OK);
  return openSync(file, "r");
}

function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}
