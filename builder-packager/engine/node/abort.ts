import { refTimer, setTimer } from "engine:loop";
import { DOMException } from "./dom-exception.ts";
import { codedError, invalidArgType, outOfRange } from "./errors.ts";
import { defineHandler, Event, EventTarget } from "./event.ts";

/*
 * A signal made by `AbortSignal.any` is held by its sources for their life. Node.js holds it weakly; the programs that run
 * here live for minutes, and a source that lives longer than its request is one per program.
 */

const KEY = Symbol("AbortSignal");

interface State {
  isAborted: boolean;
  reason: unknown;
  /** For a signal of `AbortSignal.any`: the signals made by constructor or timeout that it follows. */
  readonly sources: Set<AbortSignal> | undefined;
  readonly dependents: Set<AbortSignal>;
}

const states = new WeakMap<AbortSignal, State>();

function stateOf(signal: AbortSignal): State {
  const state = states.get(signal);
  if (state === undefined) {
    throw codedError(TypeError, "ERR_INVALID_THIS", 'Value of "this" must be of type AbortSignal');
  }
  return state;
}

export class AbortSignal extends EventTarget {
  declare onabort: ((event: Event) => unknown) | null;

  constructor(key?: symbol, sources?: Set<AbortSignal>) {
    if (key !== KEY) {
      throw codedError(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    }
    super();
    // A signal has as many listeners as it has operations.
    EventTarget.setLimit(this, 0);
    states.set(this, { isAborted: false, reason: undefined, sources, dependents: new Set() });
  }

  get aborted(): boolean {
    return stateOf(this).isAborted;
  }

  get reason(): unknown {
    return stateOf(this).reason;
  }

  throwIfAborted(): void {
    const { isAborted, reason } = stateOf(this);
    if (isAborted) {
      throw reason;
    }
  }

  static abort(reason: unknown = abortError()): AbortSignal {
    const signal = new AbortSignal(KEY);
    Object.assign(stateOf(signal), { isAborted: true, reason });
    return signal;
  }

  static timeout(delay: number): AbortSignal {
    if (typeof delay !== "number") {
      throw invalidArgType("delay", "of type number", delay);
    }
    if (!Number.isInteger(delay)) {
      throw outOfRange("delay", "an integer", delay);
    }
    if (delay < 0 || delay > 0xffff_ffff) {
      throw outOfRange("delay", ">= 0 && <= 4294967295", delay);
    }
    const signal = new AbortSignal(KEY);
    const timer = setTimer(
      () => abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError")),
      delay,
    );
    // A timeout does not keep a program alive that has nothing else to do.
    refTimer(timer, false);
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const given = [...signals];
    for (const [index, signal] of given.entries()) {
      if (!(signal instanceof AbortSignal)) {
        throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", `signals[${index}] is not of type AbortSignal.`);
      }
    }
    const aborted = given.find((signal) => signal.aborted);
    if (aborted !== undefined) {
      return AbortSignal.abort(aborted.reason);
    }
    const sources = new Set(given.flatMap((signal) => [...(stateOf(signal).sources ?? [signal])]));
    const result = new AbortSignal(KEY, sources);
    for (const source of sources) {
      stateOf(source).dependents.add(result);
    }
    return result;
  }

  override get [Symbol.toStringTag](): string {
    return "AbortSignal";
  }
}

defineHandler(AbortSignal.prototype, "abort");

function abortError(): DOMException {
  return new DOMException("This operation was aborted", "AbortError");
}

function abort(signal: AbortSignal, reason: unknown): void {
  const state = stateOf(signal);
  if (state.isAborted) {
    return;
  }
  // All dependents are aborted before the first listener runs, as the standard says.
  const followers = [...state.dependents].filter((dependent) => !dependent.aborted);
  for (const one of [signal, ...followers]) {
    const own = stateOf(one);
    own.isAborted = true;
    own.reason = reason;
    for (const source of own.sources ?? []) {
      stateOf(source).dependents.delete(one);
    }
  }
  for (const one of [signal, ...followers]) {
    one.dispatchEvent(new Event("abort"));
  }
}

export class AbortController {
  readonly #signal = new AbortSignal(KEY);

  get signal(): AbortSignal {
    return this.#signal;
  }

  abort(reason: unknown = abortError()): void {
    abort(this.#signal, reason);
  }

  get [Symbol.toStringTag](): string {
    return "AbortController";
  }
}
