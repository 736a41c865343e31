import { codedError, incompatibleOptions, invalidArgType, invalidArgValue } from "../errors.ts";
import { checkInteger, checkObject } from "../internal/checks.ts";
import { isColored } from "../internal/colored.ts";
import { lazily } from "../internal/lazy.ts";
import process from "../process/process.ts";
import { formatWithOptions } from "../util/format.ts";
import { type InspectOptions, inspect } from "../util/inspect.ts";
import type * as tables from "./table.ts";
import { durationOf } from "./time.ts";

/** `node:console`, and the global of that name. */

type Listener = () => void;

/** The stream that a console writes to. */
interface Target {
  readonly isTTY?: boolean | undefined;
  write(text: string, done?: (error?: Error | null) => void): unknown;
  listenerCount(name: string): number;
  once(name: string, listener: Listener): unknown;
  removeListener(name: string, listener: Listener): unknown;
}

interface ConsoleOptions {
  readonly stdout: Target;
  readonly stderr?: Target | undefined;
  readonly ignoreErrors?: boolean | undefined;
  readonly colorMode?: boolean | "auto" | undefined;
  readonly groupIndentation?: number | undefined;
  readonly inspectOptions?: InspectOptions | ReadonlyMap<Target, InspectOptions> | undefined;
}

const tableOf = lazily<typeof tables, "tableOf">("console/table", "tableOf");
const ignore = (): void => {};

function checkTarget(target: unknown, name: string): asserts target is Target {
  if (typeof (target as Target | undefined)?.write !== "function") {
    throw codedError(
      TypeError,
      "ERR_CONSOLE_WRITABLE_STREAM",
      `Console expects a writable stream instance for ${name}`,
    );
  }
}

/** Returns the options of both forms of the constructor, after a check. */
function checkedOptions(first: unknown, stderr: unknown, ignoreErrors: unknown): ConsoleOptions {
  const isStream = !first || typeof (first as Target).write === "function";
  const options = (isStream ? { stdout: first, stderr, ignoreErrors } : first) as ConsoleOptions;
  const { stdout, colorMode = "auto", groupIndentation, inspectOptions } = options;
  checkTarget(stdout, "stdout");
  checkTarget(options.stderr ?? stdout, "stderr");
  if (!["auto", true, false].includes(colorMode)) {
    throw invalidArgValue("colorMode", colorMode, "must be one of: 'auto', true, false");
  }
  if (groupIndentation !== undefined) {
    checkInteger(groupIndentation, "groupIndentation", 0, 1000);
  }
  if (inspectOptions !== undefined) {
    checkObject(inspectOptions, "options.inspectOptions");
    checkColors(options);
  }
  return options;
}

function checkColors({ inspectOptions = {}, colorMode }: ConsoleOptions): void {
  const all: readonly InspectOptions[] =
    inspectOptions instanceof Map ? [...inspectOptions.values()] : [inspectOptions as InspectOptions];
  if (colorMode !== undefined && all.some(({ colors }) => colors !== undefined)) {
    throw incompatibleOptions("options.inspectOptions.color", "colorMode");
  }
}

class ConsoleClass {
  declare readonly _stdout: Target;
  declare readonly _stderr: Target;
  readonly #options: Omit<ConsoleOptions, "stdout">;
  readonly #counts = new Map<string, number>();
  readonly #times = new Map<string, [number, number]>();
  #indentation = "";

  constructor(first: unknown, stderr?: unknown, ignoreErrors?: unknown) {
    const options = checkedOptions(first, stderr, ignoreErrors);
    this.#options = options;
    for (const [name, value] of [
      ["_stdout", options.stdout],
      ["_stderr", options.stderr ?? options.stdout],
      [Symbol.toStringTag, "console"],
    ] as const) {
      Object.defineProperty(this, name, { value, writable: true, configurable: true });
    }
    this.#bindMethods();
  }

  /** Programs take the methods out of the object. */
  #bindMethods(): void {
    for (const name of Object.getOwnPropertyNames(ConsoleClass.prototype)) {
      const method: unknown = Reflect.get(this, name);
      if (typeof method === "function" && name !== "constructor") {
        const value = Object.defineProperty(method.bind(this), "name", { value: name });
        Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
      }
    }
  }

  #print(target: Target, text: string): void {
    const line = `${this.#indentation}${text.replaceAll("\n", `\n${this.#indentation}`)}\n`;
    if (this.#options.ignoreErrors === false) {
      target.write(line);
      return;
    }
    try {
      if (target.listenerCount("error") === 0) {
        target.once("error", ignore);
      }
      target.write(line, (error) => {
        // An error that comes later would end the program.
        if (error && target.listenerCount("error") === 0) {
          target.once("error", ignore);
        }
      });
    } catch {
      // As in Node.js, a console does not say that its stream fails.
    } finally {
      target.removeListener("error", ignore);
    }
  }

  #inspectOptions(target: Target): InspectOptions {
    const { inspectOptions, colorMode = "auto" } = this.#options;
    const colors = colorMode === "auto" ? isColored(target) : colorMode;
    const own = inspectOptions instanceof Map ? inspectOptions.get(target) : inspectOptions;
    return { colors, ...own };
  }

  #text(target: Target, args: readonly unknown[]): string {
    const [first] = args;
    return args.length === 1 && typeof first === "string"
      ? first
      : formatWithOptions(this.#inspectOptions(target), ...args);
  }

  log(...args: unknown[]): void {
    this.#print(this._stdout, this.#text(this._stdout, args));
  }

  info(...args: unknown[]): void {
    this.#print(this._stdout, this.#text(this._stdout, args));
  }

  debug(...args: unknown[]): void {
    this.#print(this._stdout, this.#text(this._stdout, args));
  }

  error(...args: unknown[]): void {
    this.#print(this._stderr, this.#text(this._stderr, args));
  }

  warn(...args: unknown[]): void {
    this.#print(this._stderr, this.#text(this._stderr, args));
  }

  trace(...args: unknown[]): void {
    const message = this.#text(this._stderr, args);
    const frames = (new Error().stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
    this.error([`Trace${message === "" ? "" : `: ${message}`}`, ...frames.slice(1)].join("\n"));
  }

  assert(condition?: unknown, ...args: unknown[]): void {
    if (condition) {
      return;
    }
    const [first, ...others] = args;
    if (typeof first === "string") {
      this.warn(`Assertion failed: ${first}`, ...others);
    } else {
      this.warn("Assertion failed", ...args);
    }
  }

  dir(value?: unknown, options?: InspectOptions): void {
    const all = { customInspect: false, ...this.#inspectOptions(this._stdout), ...options };
    this.#print(this._stdout, inspect(value, all));
  }

  dirxml(...args: unknown[]): void {
    this.#print(this._stdout, this.#text(this._stdout, args));
  }

  table(value?: unknown, columns?: readonly string[]): void {
    if (columns !== undefined && !Array.isArray(columns)) {
      throw invalidArgType("properties", "an instance of Array", columns);
    }
    if (typeof value !== "object" || value === null) {
      this.log(value);
      return;
    }
    const options = this.#inspectOptions(this._stdout);
    this.log(tableOf(value, columns, (cell, ofTable) => inspect(cell, { ...ofTable, ...options })));
  }

  /** Clears a terminal; it does nothing else in other streams. */
  clear(): void {
    if (this._stdout.isTTY && process.env["TERM"] !== "dumb") {
      this._stdout.write("\u001b[1;1H");
      this._stdout.write("\u001b[0J");
    }
  }

  group(...args: unknown[]): void {
    if (args.length > 0) {
      this.log(...args);
    }
    this.#indentation += " ".repeat(this.#options.groupIndentation ?? 2);
  }

  groupCollapsed(...args: unknown[]): void {
    this.group(...args);
  }

  groupEnd(): void {
    this.#indentation = this.#indentation.slice(this.#options.groupIndentation ?? 2);
  }

  count(label: unknown = "default"): void {
    const name = `${label}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    this.log(`${name}: ${count}`);
  }

  countReset(label: unknown = "default"): void {
    if (!this.#counts.delete(label as string)) {
      process.emitWarning(`Count for '${label}' does not exist`);
    }
  }

  time(label: unknown = "default"): void {
    const name = `${label}`;
    if (this.#times.has(name)) {
      process.emitWarning(`Label '${name}' already exists for console.time()`);
    } else {
      this.#times.set(name, process.hrtime());
    }
  }

  timeLog(label: unknown = "default", ...args: unknown[]): void {
    this.#logTime(`${label}`, "console.timeLog()", args);
  }

  timeEnd(label: unknown = "default"): void {
    this.#logTime(`${label}`, "console.timeEnd()", []);
    this.#times.delete(`${label}`);
  }

  #logTime(label: string, method: string, args: readonly unknown[]): void {
    const start = this.#times.get(label);
    if (start === undefined) {
      process.emitWarning(`No such label '${label}' for ${method}`);
      return;
    }
    this.log("%s: %s", label, durationOf(process.hrtime(start)), ...args);
  }
}

/** The class can be called without `new`, as in Node.js. */
export const Console = new Proxy(ConsoleClass, {
  apply: (_target, _self, args: ConstructorParameters<typeof ConsoleClass>) => new ConsoleClass(...args),
});
Object.defineProperties(ConsoleClass.prototype, {
  constructor: { value: Console, writable: true, configurable: true },
});

/** The streams are looked up at each call: tests replace them. */
const console = new ConsoleClass(process.stdout, process.stderr) as ConsoleClass & { Console?: typeof Console };
for (const [name, get] of [
  ["_stdout", () => process.stdout],
  ["_stderr", () => process.stderr],
] as const) {
  Object.defineProperty(console, name, { get, configurable: true });
}
console.Console = Console;

export default console;
