import { writeSync } from "node:fs";
import { hiddenName, isStartVariable, shown } from "../env/start-variables.ts";
import type { LogSink } from "../logger/text-logger.ts";

/** The process in which a phase runs. */
export interface HostProcess extends LogSink {
  /** The name with which the process was called. Links are not resolved. */
  readonly argv0: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Ends the process. */
  exitWith(code: number): void;
  /** Registers a watcher for events that the phase does not control. */
  watch(watcher: PhaseWatcher): void;
}

/** The callbacks for events that can happen to a running phase. */
export interface PhaseWatcher {
  /** Called for an uncaught exception or an unhandled rejection. */
  lost(error: unknown): void;
  /** Called when the event loop is empty. */
  idle(): void;
  /**
   * Called synchronously with the exit code when the process ends without `exitWith` and without a
   * signal.
   */
  ends(exitCode: number): void;
}

let isEnded = false;

/** Ends the process at once, regardless of the phase's state. */
export function endProcess(code: number): never {
  isEnded = true;
  process.exit(code);
}

// The global, not an import of node:process, which would read every property and so load the network stack for stdout.
/**
 * Creates the {@link HostProcess} of the current process. Its umask is set to 022, because the
 * modes of files and directories become part of an image.
 */
export function hostProcess(): HostProcess {
  process.umask(0o022);
  return {
    argv0: process.argv0,
    argv: process.argv,
    env: takeEnv(),
    cwd: process.cwd(),
    out: (text) => write(1, text),
    err: writeError,
    // At once, without taking the engine apart: all output is written by now, and what a buildpack left running must not keep the lifecycle waiting.
    exitWith: (code) => endProcess(code),
    watch: watchProcess,
  };
}

/**
 * The environment this process was started with. Variables that change how programs start are
 * removed from the process itself, so that programs the buildpack starts do not get them either.
 */
function takeEnv(): HostProcess["env"] {
  const env = shown(process.env);
  for (const name of Object.keys(process.env)) {
    const real = hiddenName(name) ?? name;
    if (real === name && !isStartVariable(name)) continue;
    delete process.env[name];
    if (!isStartVariable(real)) process.env[real] = env[real];
  }
  return env;
}

// Without a watcher, a phase that waits for ever would end with exit code 0, because Node.js ends a
// process whose event loop is empty. A buildpack that calls process.exit() may also choose 0 or 100,
// which mean "pass" and "fail" in detect.
/**
 * Watches the process while a phase runs. Calls `lost` for an error that no code handles, `idle` if
 * the event loop is empty although the phase is not finished, and `ends` if the process exits
 * before the phase is finished.
 */
export function watchProcess({ lost, idle, ends }: PhaseWatcher): void {
  process.on("uncaughtException", lost); // rejections that nobody handles too
  process.on("beforeExit", () => isEnded || idle()); // again if what that began waits for ever too
  process.once("exit", (code) => {
    if (isEnded) return;
    ends(code);
    process.exitCode = 1;
  });
}

// If standard error is not writable, only the exit code reports the error.
export function writeError(text: string): void {
  try {
    write(2, text);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
  }
}

// Not process.stdout: that loads the network stack, a tenth of detect's time. Synchronous, so that both streams keep their order.
/** Writes a complete text to a file descriptor. */
export function write(descriptor: number, text: string): void {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      if (error.code === "EPIPE") return; // there is no listener any more
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2); // a full pipe that does not block
    }
  }
}
