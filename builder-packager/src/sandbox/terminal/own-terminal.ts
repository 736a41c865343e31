import { type StdioOptions, spawn } from "node:child_process";
import { constants, openSync, write } from "node:fs";
import { type Duplex, Writable } from "node:stream";
import { ReadStream } from "node:tty";
import { CnbError } from "../../errors.ts";
import { syscallArchitecture } from "../syscalls/architecture.ts";
import { loaderFile, programFd } from "../syscalls/loader.ts";
import { loadedProgram } from "../syscalls/program.ts";
import { setSize, type TerminalSize } from "./terminal-steps.ts";
import { connectTerminal, onResize } from "./user-terminal.ts";

/**
 * A pseudoterminal for a sandbox. A sandboxed process never gets cnb's own terminal, so the process
 * can neither insert input into that terminal nor change its settings.
 */
export interface OwnTerminal {
  /** The file descriptor of the main side, which a child process may inherit. */
  readonly fd: number;
  /** Connects the terminal with cnb's. Call it when the sandbox's process has started. */
  connect(): void;
  /** Passes on the remaining output of a command that has ended, and disconnects the terminals. */
  end(): Promise<void>;
  /** Disconnects the terminals at once, if no command has taken over the terminal. */
  discard(): void;
}

/**
 * Opens a pseudoterminal of the size of cnb's terminal.
 *
 * @throws CnbError SANDBOX_FAILED
 */
export function openTerminal(): OwnTerminal {
  const fd = openMainSide();
  const output = new ReadStream(fd);
  output.on("error", () => {}); // EIO: the last process inside has closed the terminal
  const ended = new Promise<void>((resolve) => void output.once("close", resolve));
  const input = writerTo(fd, () => output.destroyed);
  const undo: (() => void)[] = [];
  const disconnect = () => {
    for (const step of undo.splice(0)) step();
  };
  return {
    fd,
    connect: () =>
      void undo.push(
        connectTerminal(input, output),
        onResize((size) => resize(fd, size)),
      ),
    end: () => ended.then(disconnect),
    discard() {
      output.destroy();
      disconnect();
    },
  };
}

function openMainSide(): number {
  try {
    return openSync("/dev/ptmx", constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch (cause) {
    throw new CnbError("SANDBOX_FAILED", "cannot create a terminal for the sandbox: /dev/ptmx cannot be opened", {
      cause,
      hint: "Use --backend podman or docker, or correct the permissions of /dev/ptmx.",
    });
  }
}

/** Milliseconds until a full terminal is tried again. */
const pauseMs = 20;

/**
 * A stream that writes to a terminal. If the command inside does not read its input, writing must
 * not block cnb: a stream of Node's would, because it cannot open the main side again.
 */
function writerTo(fd: number, isClosed: () => boolean): Writable {
  const writeAll = (chunk: Buffer, done: () => void): void => {
    write(fd, chunk, (error, count) => {
      const rest = error ? chunk : chunk.subarray(count);
      const hasEnded = isClosed() || (error !== null && error.code !== "EAGAIN");
      if (rest.length === 0 || hasEnded) done();
      else setTimeout(writeAll, pauseMs, rest, done).unref();
    });
  };
  return new Writable({ write: (chunk: Buffer, _, done) => writeAll(chunk, done) });
}

/** Sets the size of a terminal, which Node.js cannot do itself. */
function resize(fd: number, size: TerminalSize): void {
  const program = loadedProgram(
    [setSize(mainFd, size), { what: "end", call: "exit_group", args: [0] }],
    syscallArchitecture(),
  );
  const stdio: StdioOptions = ["ignore", "ignore", "ignore", "ignore", fd, loaderFile(), "pipe"];
  const child = spawn(`/proc/self/fd/${loaderFd}`, { env: {}, stdio });
  child.on("error", () => {}); // the terminal keeps its size
  const files: readonly unknown[] = child.stdio;
  (files[programFd] as Duplex | undefined)?.on("error", () => {}).end(program.bytes);
}

const [mainFd, loaderFd] = [4, 5];
