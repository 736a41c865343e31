import * as loop from "engine:loop";
import * as native from "engine:process";
import { codedError, invalidArgType, outOfRange, systemError, workingDirectoryError } from "../errors.ts";
import { checkFunction, checkInteger, checkString } from "../internal/checks.ts";
import { Emitter } from "../internal/emitter.ts";
import { errnoName } from "../internal/errno.ts";
import { lazily } from "../internal/lazy.ts";
import { queueMicrotask, reportUncaught } from "../internal/microtasks.ts";
import { isSignal, signals } from "../internal/signals.ts";
import { stackOf } from "../internal/stack.ts";
import { makeEnvironment } from "./environment.ts";
import { Input } from "./input.ts";
import { Output } from "./output.ts";
import type * as resources from "./resources.ts";
import type * as masks from "./umask.ts";
import type * as warnings from "./warnings.ts";

/** The version of Node.js whose behaviour this layer has. */
const VERSION = "24.21.0";

type Code = string | number | null | undefined;

function checkCode(code: Code): number | undefined {
  if (code === undefined || code === null) {
    return undefined;
  }
  const number = typeof code === "string" && code !== "" ? Number(code) : code;
  const value = Number.isNaN(number) ? code : number;
  checkInteger(value, "code");
  return value;
}

class Process extends Emitter {
  env = makeEnvironment();
  readonly argv0 = native.argv[0] ?? "";
  /** As of a single executable application of Node.js: the name that it was called by stands for the script. */
  argv = [native.execPath, ...native.argv];
  execArgv: string[] = [];
  execPath = native.execPath;
  title = "node";
  readonly pid = native.pid;
  readonly platform = "linux";
  readonly arch = native.arch;
  readonly version = `v${VERSION}`;
  readonly versions = { node: VERSION, engine: "0.1.0", quickjs: "0.16" };
  readonly release = { name: "node", lts: "Krypton" };
  readonly features = {
    inspector: false,
    debug: false,
    uv: true,
    ipv6: true,
    tls_alpn: true,
    tls_sni: true,
    tls_ocsp: false,
    tls: true,
    openssl_is_boringssl: false,
    cached_builtins: true,
    require_module: false,
    quic: false,
    typescript: false,
  };
  readonly config = Object.freeze({ target_defaults: Object.freeze({}), variables: Object.freeze({}) });
  _exiting = false;
  #exitCode: number | undefined;
  #stdout: Output | undefined;
  #stderr: Output | undefined;
  #stdin: Input | undefined;

  get [Symbol.toStringTag](): string {
    return "process";
  }

  get ppid(): number {
    return native.ppid();
  }

  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  set exitCode(code: Code) {
    this.#exitCode = checkCode(code);
  }

  get stdout(): Output {
    this.#stdout ??= new Output(1);
    return this.#stdout;
  }

  get stderr(): Output {
    this.#stderr ??= new Output(2);
    return this.#stderr;
  }

  get stdin(): Input {
    this.#stdin ??= new Input();
    return this.#stdin;
  }

  // Methods are properties, because programs take them out of the object.

  readonly cwd = (): string => {
    const path = native.cwd();
    if (typeof path === "number") {
      throw workingDirectoryError(path);
    }
    return path;
  };

  readonly chdir = (directory: string): void => {
    checkString(directory, "directory");
    const [path = ""] = directory.split("\0"); // the system ends a path there
    const result = native.chdir(path);
    if (result < 0) {
      throw systemError(result, "chdir", this.cwd(), path);
    }
  };

  readonly umask = lazily<typeof masks, "umask">("process/umask", "umask");

  readonly exit = (code?: Code): never => {
    if (code !== undefined) {
      this.exitCode = code;
    }
    this.announceExit();
    return native.exit(this.#exitCode ?? 0);
  };

  readonly reallyExit = (code?: number): never => native.exit(code ?? this.#exitCode ?? 0);

  readonly abort = (): never => {
    native.kill(native.pid, signals.SIGABRT);
    return native.exit(134);
  };

  /** The listeners of `exit` run once. */
  announceExit(): void {
    if (!this._exiting) {
      this._exiting = true;
      this.emit("exit", this.#exitCode ?? 0);
    }
  }

  readonly kill = (pid: number, signal: string | number = "SIGTERM"): true => {
    if (typeof pid !== "number" || !Number.isInteger(pid)) {
      throw invalidArgType("pid", "of type number", pid);
    }
    const number = typeof signal === "number" ? signal : isSignal(signal) && signals[signal];
    if (number === false) {
      throw codedError(TypeError, "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${signal}`);
    }
    const result = native.kill(pid, number);
    if (result < 0) {
      const code = errnoName(-result);
      throw Object.assign(new Error(`kill ${code}`), { errno: result, code, syscall: "kill" });
    }
    return true;
  };

  readonly nextTick = (callback: (...args: never[]) => void, ...args: never[]): void => {
    checkFunction(callback, "callback");
    queueMicrotask(() => callback(...args));
  };

  readonly hrtime = Object.assign(highResolutionTime, { bigint: native.hrtime });

  readonly uptime = (): number => native.now() / 1000;

  readonly memoryUsage = Object.assign(memoryUsage, { rss: (): number => native.memory()[0] });

  readonly resourceUsage = lazily<typeof resources, "resourceUsage">("process/resources", "resourceUsage");

  readonly getuid = native.getuid;
  readonly geteuid = native.geteuid;
  readonly getgid = native.getgid;
  readonly getegid = native.getegid;

  readonly emitWarning = lazily<typeof warnings, "emitWarning">("process/warnings", "emitWarning");

  /** A signal has its default action until somebody listens. */
  protected override listenersChanged(name: string | symbol): void {
    if (!isSignal(name)) {
      return;
    }
    const isWanted = this.listenerCount(name) > 0;
    const result = native.onSignal(signals[name], isWanted ? () => this.emit(name, name, signals[name]) : undefined);
    if (result < 0) {
      throw systemError(result, "uv_signal_start");
    }
  }
}

function highResolutionTime(since?: readonly [number, number]): [number, number] {
  const now = native.hrtime();
  const seconds = Number(now / 1_000_000_000n);
  const nanoseconds = Number(now % 1_000_000_000n);
  if (since === undefined) {
    return [seconds, nanoseconds];
  }
  if (!Array.isArray(since)) {
    throw invalidArgType("time", "an instance of Array", since);
  }
  if (since.length !== 2) {
    throw outOfRange("time", "2", since.length);
  }
  const difference = nanoseconds - since[1];
  return difference < 0 ? [seconds - since[0] - 1, difference + 1e9] : [seconds - since[0], difference];
}

/** The engine has no separate heaps to report. */
function memoryUsage(): NodeJS.MemoryUsage {
  const [rss] = native.memory();
  return { rss, heapTotal: rss, heapUsed: rss, external: 0, arrayBuffers: 0 };
}

const process = new Process();

function uncaught(error: unknown, isRejection: boolean): void {
  if (isRejection && process.emit("unhandledRejection", error, undefined)) {
    return;
  }
  const origin = isRejection ? "unhandledRejection" : "uncaughtException";
  const thrown = isRejection && !(error instanceof Error) ? rejectionOf(error) : error;
  process.emit("uncaughtExceptionMonitor", thrown, origin);
  if (process.emit("uncaughtException", thrown, origin)) {
    return;
  }
  process.stderr.write(`${describe(thrown)}\n\nNode.js ${process.version}\n`);
  process.exitCode = 1;
  process.exit();
}

const rejectionOf = (reason: unknown): Error =>
  codedError(
    Error,
    "ERR_UNHANDLED_REJECTION",
    "This error originated either by throwing inside of an async function without a catch block, " +
      `or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${String(reason)}".`,
  );

function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return `Uncaught ${String(error)}`;
  }
  const causes = error.cause instanceof Error ? `\n  [cause]: ${stackOf(error.cause)}` : "";
  return `Uncaught ${stackOf(error)}${causes}`;
}

reportUncaught((error) => uncaught(error, false));

loop.setHooks({
  uncaught,
  idle: () => {
    process.emit("beforeExit", process.exitCode ?? 0);
  },
  exit: () => {
    process.announceExit();
    loop.setExitCode(process.exitCode ?? 0);
  },
});

export default process as unknown as NodeJS.Process;
