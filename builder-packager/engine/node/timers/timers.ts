import * as loop from "engine:loop";
import { AbortError, invalidArgType } from "../errors.ts";
import { checkFunction, checkSignal } from "../internal/checks.ts";

// biome-ignore lint/suspicious/noExplicitAny: a timer's callback gets the arguments that were given with it
type Callback = (...args: any[]) => void;

const PROMISIFY = Symbol.for("nodejs.util.promisify.custom");
const LONGEST = 2 ** 31 - 1;

/** Numbers by which programs clear timers that they turned into a number. */
const numbered = new Map<number, Timeout>();

export class Timeout {
  #callback: Callback | undefined;
  readonly #args: readonly unknown[];
  readonly #delay: number;
  readonly #isRepeated: boolean;
  #timer = 0;
  #isReferenced = true;
  #isPending = false;

  constructor(callback: Callback, delay: unknown, args: readonly unknown[], isRepeated: boolean) {
    const wanted = Number(delay);
    this.#callback = callback;
    this.#args = args;
    // As in Node.js: what is no delay, or too long a one, is 1 ms.
    this.#delay = wanted >= 1 && wanted <= LONGEST ? Math.trunc(wanted) : 1;
    this.#isRepeated = isRepeated;
    this.#start();
  }

  #start(): void {
    this.#isPending = true;
    this.#timer = loop.setTimer(() => this.#fire(), this.#delay);
    if (!this.#isReferenced) {
      loop.refTimer(this.#timer, false);
    }
  }

  #fire(): void {
    const callback = this.#callback;
    this.#isPending = false;
    if (callback === undefined) {
      return;
    }
    try {
      callback.apply(this, this.#args as unknown[]);
    } finally {
      if (this.#isRepeated && this.#callback !== undefined && !this.#isPending) {
        this.#start();
      } else if (!this.#isPending) {
        this.close();
      }
    }
  }

  refresh(): this {
    if (this.#callback !== undefined) {
      loop.clearTimer(this.#timer);
      this.#start();
    }
    return this;
  }

  ref(): this {
    this.#isReferenced = true;
    if (this.#isPending) {
      loop.refTimer(this.#timer, true);
    }
    return this;
  }

  unref(): this {
    this.#isReferenced = false;
    if (this.#isPending) {
      loop.refTimer(this.#timer, false);
    }
    return this;
  }

  hasRef(): boolean {
    return this.#isReferenced;
  }

  close(): this {
    this.#callback = undefined;
    numbered.delete(this.#timer);
    if (this.#isPending) {
      this.#isPending = false;
      loop.clearTimer(this.#timer);
    }
    return this;
  }

  [Symbol.toPrimitive](): number {
    numbered.set(this.#timer, this);
    return this.#timer;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

export class Immediate {
  #immediate: number;
  #isPending = true;
  #isReferenced = true;

  constructor(callback: Callback, args: readonly unknown[]) {
    this.#immediate = loop.setImmediate(() => {
      this.#isPending = false;
      callback(...args);
    });
  }

  /** Only records the setting: the engine runs every immediate before the process ends. */
  ref(): this {
    this.#isReferenced = true;
    return this;
  }

  unref(): this {
    this.#isReferenced = false;
    return this;
  }

  hasRef(): boolean {
    return this.#isReferenced && this.#isPending;
  }

  close(): void {
    if (this.#isPending) {
      this.#isPending = false;
      loop.clearImmediate(this.#immediate);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function startTimeout(callback: Callback, delay?: unknown, ...args: unknown[]): Timeout {
  checkFunction(callback, "callback");
  return new Timeout(callback, delay, args, false);
}

export function setInterval(callback: Callback, delay?: unknown, ...args: unknown[]): Timeout {
  checkFunction(callback, "callback");
  return new Timeout(callback, delay, args, true);
}

function startImmediate(callback: Callback, ...args: unknown[]): Immediate {
  checkFunction(callback, "callback");
  return new Immediate(callback, args);
}

export function clearTimeout(timer?: unknown): void {
  if (timer instanceof Timeout) {
    timer.close();
  } else if (typeof timer === "number" || typeof timer === "string") {
    numbered.get(Number(timer))?.close();
  }
}

export const clearInterval = clearTimeout;

export function clearImmediate(immediate?: unknown): void {
  if (immediate instanceof Immediate) {
    immediate.close();
  }
}

export interface TimerOptions {
  readonly ref?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export function checkOptions(options: unknown): TimerOptions {
  if (options === null || typeof options !== "object") {
    throw invalidArgType("options", "of type object", options);
  }
  const { signal, ref } = options as TimerOptions;
  checkSignal(signal, "options.signal");
  if (ref !== undefined && typeof ref !== "boolean") {
    throw invalidArgType("options.ref", "of type boolean", ref);
  }
  return options as TimerOptions;
}

export const abortError = (signal: AbortSignal): Error => new AbortError(undefined, { cause: signal.reason });

type Timer = Timeout | Immediate;

/** `start` gets what ends the wait, and returns the timer. */
async function wait<T>(options: TimerOptions, value: T, start: (done: () => void) => Timer): Promise<T> {
  const { signal, ref = true } = checkOptions(options);
  if (signal?.aborted) {
    throw abortError(signal);
  }
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = start(() => {
    signal?.removeEventListener("abort", abort);
    resolve(value);
  });
  const abort = (): void => {
    timer.close();
    reject(abortError(signal as AbortSignal));
  };
  signal?.addEventListener("abort", abort, { once: true });
  if (!ref) {
    timer.unref();
  }
  return promise;
}

/** `setTimeout` of `timers/promises`: resolves with the value after `ms` milliseconds. */
export async function delay<T>(ms?: number, value?: T, options: TimerOptions = {}): Promise<T> {
  checkDelay(ms);
  return await wait(options, value as T, (done) => startTimeout(done, ms));
}

export function checkDelay(ms: unknown): void {
  if (ms !== undefined && typeof ms !== "number") {
    throw invalidArgType("delay", "of type number", ms);
  }
}

/**
 * `setImmediate` of `timers/promises`: resolves with the value in the next turn of the event loop.
 */
export const immediately = <T>(value?: T, options: TimerOptions = {}): Promise<T> =>
  wait(options, value as T, (done) => startImmediate(done));

export const setTimeout = Object.assign(startTimeout, { [PROMISIFY]: delay });
export const setImmediate = Object.assign(startImmediate, { [PROMISIFY]: immediately });
Object.defineProperty(setTimeout, "name", { value: "setTimeout" });
Object.defineProperty(setImmediate, "name", { value: "setImmediate" });
