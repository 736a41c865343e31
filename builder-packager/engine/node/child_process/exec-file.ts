import { Buffer } from "../buffer.ts";
import { codedError } from "../errors.ts";
import { checkFunction } from "../internal/checks.ts";
import { getSystemErrorName } from "../util/functions.ts";
import { argumentsOf, type ChildProcess, spawn } from "./child.ts";
import type { SpawnOptions } from "./options.ts";

export interface ExecOptions extends SpawnOptions {
  readonly encoding?: BufferEncoding | "buffer" | null | undefined;
  readonly maxBuffer?: number | undefined;
}

type Output = string | Buffer;
type Callback = (error: Error | null, stdout: Output, stderr: Output) => void;

const CUSTOM = Symbol.for("nodejs.util.promisify.custom");
const LONGEST = 1024 * 1024;

/** Collects one of the outputs, up to `maxBuffer` bytes. */
class Collected {
  readonly #pieces: Buffer[] = [];
  #size = 0;
  isFull = false;

  constructor(stream: NodeJS.ReadableStream | null, most: number, overflow: () => void) {
    stream?.on("data", (piece: Buffer) => {
      if (this.isFull) {
        return;
      }
      this.isFull = this.#size + piece.length > most;
      this.#pieces.push(this.isFull ? piece.subarray(0, most - this.#size) : piece);
      this.#size += piece.length;
      if (this.isFull) {
        overflow();
      }
    });
  }

  result(encoding: ExecOptions["encoding"]): Output {
    const bytes = Buffer.concat(this.#pieces);
    return encoding === null || encoding === "buffer" ? bytes : bytes.toString(encoding);
  }
}

function run(
  file: string,
  args: readonly string[],
  options: ExecOptions,
  callback: Callback | undefined,
  shown: string,
): ChildProcess {
  const { maxBuffer = LONGEST, encoding = "utf8" } = options;
  const child = spawn(file, args, options);
  let failure: Error | undefined;
  const overflow = (name: string) => (): void => {
    failure ??= codedError(RangeError, "ERR_CHILD_PROCESS_STDIO_MAXBUFFER", `${name} maxBuffer length exceeded`);
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.kill(options.killSignal);
  };
  const stdout = new Collected(child.stdout, maxBuffer, overflow("stdout"));
  const stderr = new Collected(child.stderr, maxBuffer, overflow("stderr"));
  let isDone = false;
  const finish = (error: Error | null): void => {
    if (isDone) {
      return;
    }
    isDone = true;
    callback?.(error && Object.assign(error, { cmd: shown }), stdout.result(encoding), stderr.result(encoding));
  };
  child.once("error", (error: Error) => {
    child.stdout?.destroy();
    child.stderr?.destroy();
    finish(failure ?? error);
  });
  child.once("close", (code: number | null, signal: string | null) => {
    if (failure !== undefined || (code === 0 && signal === null)) {
      finish(failure ?? null);
      return;
    }
    const error = new Error(`Command failed: ${shown}\n${String(stderr.result(encoding))}`);
    const reason = code !== null && code < 0 ? getSystemErrorName(code) : code;
    finish(Object.assign(error, { code: reason, killed: child.killed, signal }));
  });
  return child;
}

/** The callback is the last argument, and the others may be left out. */
function split<T extends object>(
  rest: readonly unknown[],
): { readonly args: readonly string[]; readonly options: T; readonly callback: Callback | undefined } {
  const last = rest.findIndex((each) => typeof each === "function");
  const callback = last === -1 ? undefined : rest[last];
  if (callback !== undefined) {
    checkFunction(callback, "callback");
  }
  const [first, second] = rest.slice(0, last === -1 ? undefined : last);
  const [args, options] = argumentsOf(first as readonly string[] | T, (second ?? undefined) as T | undefined);
  return { args, options, callback: callback as Callback | undefined };
}

function runFile(file: string, ...rest: unknown[]): ChildProcess {
  const { args, options, callback } = split<ExecOptions>(rest);
  return run(file, args, options, callback, [file, ...args].join(" "));
}

function runShell(command: string, ...rest: unknown[]): ChildProcess {
  const { options, callback } = split<ExecOptions>(rest);
  return run(command, [], { ...options, shell: options.shell ?? true }, callback, command);
}

/** For `util.promisify`: the outputs, or an error that has them. */
const promised =
  (start: (...args: never[]) => ChildProcess) =>
  (...args: unknown[]): Promise<{ stdout: Output; stderr: Output }> & { child: ChildProcess } => {
    const { promise, resolve, reject } = Promise.withResolvers<{ stdout: Output; stderr: Output }>();
    const callback: Callback = (error, stdout, stderr) =>
      error ? reject(Object.assign(error, { stdout, stderr })) : resolve({ stdout, stderr });
    const child = start(...([...args, callback] as never[]));
    return Object.assign(promise, { child });
  };

export const execFile = Object.assign(runFile, { [CUSTOM]: promised(runFile) });
export const exec = Object.assign(runShell, { [CUSTOM]: promised(runShell) });
