import { accessSync, chmodSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDir } from "../../cache-dirs.ts";
import { CnbError } from "../../errors.ts";
import { startError } from "../backends/start-error.ts";
import { syscallArchitecture } from "./architecture.ts";
import type { SyscallArchitecture } from "./assembled.ts";
import { loadedAddress, type Step, syscallProgram } from "./program.ts";

/** The file descriptor that the loader reads its program from, a socket. */
export const programFd = 6;

// of linux/prctl.h, sys/socket.h and sys/mman.h
const [endWithParent, killSignal] = [1, 9];
const [peek, waitForAll] = [2, 0x100];
const readAndWrite = 1 | 2;
const newMemory = 0x2 | 0x10 | 0x20; // MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS
const lengthSize = 8;

/**
 * An executable that reads a list of system calls and executes it. It is the same for each sandbox
 * and contains no secrets. It is killed with its parent from the start, and accepts only a complete
 * list, because the parent may already have ended.
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
 * The loader, open in this process: a child executes it by `/proc/self/fd`. It has no name, so that
 * nobody else can replace it, and is created once. Throws SANDBOX_FAILED.
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
  throw new CnbError("SANDBOX_FAILED", `No sandbox can be started: programs cannot be executed in ${tmpdir()}`, {
    hint: "Set TMPDIR to a folder that you can write and whose file system is not mounted with noexec.",
  });
}

/** Undefined in a directory that cannot be written or whose file system refuses to execute programs. */
function openIn(parent: () => string | undefined, program: Uint8Array): number | undefined {
  let dir: string | undefined;
  try {
    const base = parent();
    if (base === undefined) return undefined;
    dir = mkdtempSync(join(base, "cnb-loader-"));
    const file = join(dir, "loader");
    writeFileSync(file, program);
    chmodSync(file, 0o555); // whatever the umask; root may start it as another user
    accessSync(file, constants.X_OK);
    return openSync(file, "r");
  } catch (error) {
    if (/^E[MN]FILE$/.test((error as NodeJS.ErrnoException).code ?? "")) throw startError(error);
    return undefined;
  } finally {
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  }
}
