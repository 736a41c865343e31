import { spawn as start, wait } from "engine:child";
import { kill } from "engine:process";
import { AbortError, invalidArgType, type SystemError, systemError } from "../errors.ts";
import { EventEmitter } from "../events.ts";
import { errnoName } from "../internal/errno.ts";
import { signalName } from "../internal/signals.ts";
import process from "../process/process.ts";
import { clearTimeout, setTimeout } from "../timers/timers.ts";
import { checkCommand, checkLimits, nativeOptions, PIPE, type SpawnOptions, signalNumber } from "./options.ts";
import { PipeReader, PipeSocket, PipeWriter } from "./pipes.ts";

const ESRCH = -3;
/** The engine's value for a descriptor of the child that is no pipe, and ours for a pipe of a child that did not start. */
const NO_PIPE = -1;
const ABSENT = -2;
/** Errors of the start that Node.js reports by the event `error`; others are thrown. */
const REPORTED: ReadonlySet<string> = new Set(["EACCES", "EAGAIN", "EMFILE", "ENFILE", "ENOENT"]);

export class ChildProcess extends EventEmitter {
  pid: number | undefined;
  stdin: PipeWriter | null = null;
  stdout: PipeReader | null = null;
  stderr: PipeReader | null = null;
  stdio: (PipeWriter | PipeReader | PipeSocket | null)[] = [];
  exitCode: number | null = null;
  signalCode: string | null = null;
  killed = false;
  connected = false;
  readonly spawnfile: string;
  readonly spawnargs: string[];
  #openPipes = 0;
  #hasExited = false;

  constructor(file: string, args: readonly string[], options: SpawnOptions) {
    super();
    const command = nativeOptions(file, args, options);
    this.spawnfile = command.file;
    this.spawnargs = [...command.args];
    const result = start(command);
    if (typeof result === "number") {
      this.#failed(result, command.stdio);
      return;
    }
    const [pid, ...descriptors] = result;
    this.pid = pid;
    this.#connect(descriptors);
    process.nextTick(() => this.emit("spawn"));
    wait(pid, (code, signal) => this.#exited(code, signal));
  }

  /** Makes the streams of our ends of the pipes. Those of a child that did not start have no descriptor. */
  #connect(descriptors: readonly number[]): void {
    this.stdio = descriptors.map((fd, index) => {
      if (fd === NO_PIPE) {
        return null;
      }
      const pipe = pipeOf(index, fd);
      this.#openPipes++;
      pipe.once("close", () => {
        this.#openPipes--;
        this.#closeIfDone();
      });
      return pipe;
    });
    [this.stdin, this.stdout, this.stderr] = this.stdio as [PipeWriter | null, PipeReader | null, PipeReader | null];
  }

  #failed(errno: number, stdio: readonly number[]): void {
    const error = systemError(errno, `spawn ${this.spawnfile}`) as SystemError & { spawnargs: string[] };
    error.message = `spawn ${this.spawnfile} ${error.code}`;
    if (!REPORTED.has(error.code)) {
      error.message = `spawn ${error.code}`;
      error.syscall = "spawn";
      throw error;
    }
    error.path = this.spawnfile;
    error.spawnargs = this.spawnargs.slice(1);
    // Programs listen to the streams before they hear of the error.
    this.#connect(stdio.map((kind) => (kind === PIPE ? ABSENT : NO_PIPE)));
    this.exitCode = errno;
    process.nextTick(() => {
      this.#hasExited = true;
      this.stdin?.destroy();
      this.emit("error", error);
      this.#drain();
      this.#closeIfDone();
    });
  }

  #exited(code: number, signal: number): void {
    this.#hasExited = true;
    if (code < 0) {
      this.signalCode = signalName(signal) ?? null;
    } else {
      this.exitCode = code;
    }
    // Nobody reads what comes now.
    this.stdin?.destroy();
    this.emit("exit", this.exitCode, this.signalCode);
    this.#drain();
    this.#closeIfDone();
  }

  /** As in Node.js: output that nobody reads does not keep the child from being closed. */
  #drain(): void {
    for (const pipe of this.stdio) {
      const isRead =
        pipe === null || pipe instanceof PipeWriter || pipe.readableFlowing || pipe.listenerCount("readable") > 0;
      if (!isRead && !pipe.destroyed) {
        process.nextTick(() => pipe.readableFlowing === null && pipe.resume());
      }
    }
  }

  #closeIfDone(): void {
    if (this.#hasExited && this.#openPipes === 0) {
      this.emit("close", this.exitCode, this.signalCode);
    }
  }

  kill(signal?: string | number): boolean {
    const number = signalNumber(signal);
    if (this.pid === undefined || this.#hasExited) {
      return false;
    }
    const result = kill(this.pid, number);
    if (result === ESRCH) {
      return false;
    }
    if (result < 0) {
      const code = errnoName(-result);
      this.emit("error", Object.assign(new Error(`kill ${code}`), { errno: result, code, syscall: "kill" }));
      return false;
    }
    this.killed = true;
    return true;
  }

  [Symbol.dispose](): void {
    if (!this.killed) {
      this.kill();
    }
  }

  /** Does nothing: the engine always keeps the process alive while it waits for the child. */
  ref(): void {}

  unref(): void {}
}

/** Returns the stream of our end of a pipe: the first one is the child's input, two are its output. */
function pipeOf(index: number, fd: number): PipeWriter | PipeReader | PipeSocket {
  if (index === 0) {
    return new PipeWriter(fd);
  }
  return index < 3 ? new PipeReader(fd) : new PipeSocket(fd);
}

export function spawn(
  file: string,
  argsOrOptions?: readonly string[] | SpawnOptions | null,
  options?: SpawnOptions,
): ChildProcess {
  const [args, found] = argumentsOf(argsOrOptions, options);
  checkCommand(file, args);
  checkLimits(found);
  const child = new ChildProcess(file, args.map(String), found);
  limitTime(child, found);
  followSignal(child, found);
  return child;
}

/**
 * Separates the optional list of arguments from the options: `spawn(file, options)` has no list.
 */
export function argumentsOf<T extends object>(
  argsOrOptions: readonly string[] | T | null | undefined,
  options: T | undefined,
): [readonly string[], T] {
  if (Array.isArray(argsOrOptions)) {
    checkOptions(options);
    return [argsOrOptions, options ?? ({} as T)];
  }
  if (argsOrOptions === undefined || argsOrOptions === null) {
    checkOptions(options);
    return [[], options ?? ({} as T)];
  }
  if (typeof argsOrOptions !== "object") {
    throw invalidArgType("args", "of type object", argsOrOptions);
  }
  return [[], argsOrOptions as T];
}

function checkOptions(options: unknown): void {
  if (options !== undefined && (options === null || typeof options !== "object")) {
    throw invalidArgType("options", "of type object", options);
  }
}

function limitTime(child: ChildProcess, { timeout, killSignal }: SpawnOptions): void {
  if (!timeout || timeout <= 0) {
    return;
  }
  const timer = setTimeout(() => {
    try {
      child.kill(killSignal);
    } catch (error) {
      child.emit("error", error);
    }
  }, timeout);
  child.once("exit", () => clearTimeout(timer));
  child.once("error", () => clearTimeout(timer));
}

function followSignal(child: ChildProcess, { signal, killSignal }: SpawnOptions): void {
  if (signal === undefined) {
    return;
  }
  const abort = (): void => {
    if (child.kill(killSignal)) {
      child.emit("error", new AbortError(undefined, { cause: signal.reason }));
    }
  };
  if (signal.aborted) {
    process.nextTick(abort);
  } else {
    signal.addEventListener("abort", abort, { once: true });
    child.once("exit", () => signal.removeEventListener("abort", abort));
  }
}
