import { now } from "engine:process";
import process from "../process/process.ts";
import { format, formatWithOptions } from "../util/format.ts";
import { type InspectOptions, inspect } from "../util/inspect.ts";

/** `node:console`, and the global of that name. `console.table` prints the value as `console.log` does. */

interface Target {
  write(text: string): unknown;
}

interface ConsoleOptions {
  readonly stdout: Target;
  readonly stderr?: Target | undefined;
  readonly groupIndentation?: number | undefined;
  readonly inspectOptions?: InspectOptions | undefined;
}

export class Console {
  readonly #counts = new Map<string, number>();
  readonly #timers = new Map<string, number>();
  readonly #stdout: () => Target;
  readonly #stderr: () => Target;
  readonly #step: number;
  readonly #inspect: InspectOptions;
  #indentation = "";

  constructor(stdout: Target | ConsoleOptions | (() => Target), stderr?: Target | (() => Target)) {
    const options: Partial<ConsoleOptions> = "stdout" in stdout ? stdout : {};
    const out = options.stdout ?? (stdout as Target | (() => Target));
    const err = options.stderr ?? stderr ?? out;
    this.#stdout = typeof out === "function" ? out : () => out;
    this.#stderr = typeof err === "function" ? err : () => err;
    this.#step = options.groupIndentation ?? 2;
    this.#inspect = options.inspectOptions ?? {};
    // Programs take the methods out of the object.
    for (const name of Object.getOwnPropertyNames(Console.prototype)) {
      const method: unknown = (this as Record<string, unknown>)[name];
      if (typeof method === "function" && name !== "constructor") {
        Object.defineProperty(this, name, {
          value: method.bind(this),
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
    }
  }

  #print(target: Target, text: string): void {
    const shown = this.#indentation === "" ? text : text.replace(/^/gm, this.#indentation);
    target.write(`${shown}\n`);
  }

  log(...args: unknown[]): void {
    this.#print(this.#stdout(), formatWithOptions(this.#inspect, ...args));
  }

  info(...args: unknown[]): void {
    this.log(...args);
  }

  debug(...args: unknown[]): void {
    this.log(...args);
  }

  error(...args: unknown[]): void {
    this.#print(this.#stderr(), formatWithOptions(this.#inspect, ...args));
  }

  warn(...args: unknown[]): void {
    this.error(...args);
  }

  trace(...args: unknown[]): void {
    const { stack = "" } = new Error();
    this.error(`Trace${args.length > 0 ? `: ${format(...args)}` : ""}\n${stack.trimEnd()}`);
  }

  assert(condition?: unknown, ...args: unknown[]): void {
    if (condition) {
      return;
    }
    const [first, ...others] = args;
    if (typeof first === "string") {
      this.error(`Assertion failed: ${first}`, ...others);
    } else {
      this.error("Assertion failed", ...args);
    }
  }

  dir(value: unknown, options?: InspectOptions): void {
    this.#print(this.#stdout(), inspect(value, { customInspect: false, ...this.#inspect, ...options }));
  }

  dirxml(...args: unknown[]): void {
    this.log(...args);
  }

  table(value: unknown): void {
    this.log(value);
  }

  group(...args: unknown[]): void {
    if (args.length > 0) {
      this.log(...args);
    }
    this.#indentation += " ".repeat(this.#step);
  }

  groupCollapsed(...args: unknown[]): void {
    this.group(...args);
  }

  groupEnd(): void {
    this.#indentation = this.#indentation.slice(this.#step);
  }

  count(label = "default"): void {
    const count = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, count);
    this.log(`${label}: ${count}`);
  }

  countReset(label = "default"): void {
    this.#counts.delete(label);
  }

  time(label = "default"): void {
    this.#timers.set(label, now());
  }

  timeLog(label = "default", ...args: unknown[]): void {
    const start = this.#timers.get(label);
    if (start !== undefined) {
      this.log(`${label}: ${duration(now() - start)}`, ...args);
    }
  }

  timeEnd(label = "default"): void {
    this.timeLog(label);
    this.#timers.delete(label);
  }
}

function duration(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${Number(ms.toFixed(3))}ms`;
}

/** The streams are looked up at each call: tests replace them. */
const console = new Console(
  () => process.stdout,
  () => process.stderr,
);

export default console;
