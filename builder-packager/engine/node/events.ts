import { AbortError, codedError, invalidArgType, outOfRange } from "./errors.ts";
import { EventTarget } from "./event.ts";
import process from "./process/process.ts";

/*
 * EventEmitter as of Node.js. The npm package `events` has no `on()`, `errorMonitor`, `getEventListeners` or AbortSignal.
 * It is a function and no class, because older packages call it without `new` (`EventEmitter.call(this)`).
 */

// biome-ignore lint/suspicious/noExplicitAny: the arguments of an event are what its emitter gives
type Listener = (this: any, ...args: any[]) => any;
type Name = string | symbol;
type Entry = Listener & { listener?: Listener };
type Entries = Entry | readonly Entry[];

export const errorMonitor = Symbol("events.errorMonitor");
export const captureRejectionSymbol = Symbol.for("nodejs.rejection");
const CAPTURE = Symbol("kCapture");

interface EmitterOptions {
  readonly captureRejections?: boolean;
}

export interface EventEmitter {
  _events: Record<Name, Entries>;
  _eventsCount: number;
  _maxListeners: number | undefined;
  [CAPTURE]?: boolean;
  [captureRejectionSymbol]?: (error: unknown, name: Name, ...args: unknown[]) => void;
  on(name: Name, listener: Listener): this;
  addListener(name: Name, listener: Listener): this;
  prependListener(name: Name, listener: Listener): this;
  once(name: Name, listener: Listener): this;
  prependOnceListener(name: Name, listener: Listener): this;
  off(name: Name, listener: Listener): this;
  removeListener(name: Name, listener: Listener): this;
  removeAllListeners(name?: Name): this;
  emit(name: Name, ...args: unknown[]): boolean;
  eventNames(): Name[];
  listeners(name: Name): Listener[];
  rawListeners(name: Name): Listener[];
  listenerCount(name: Name, listener?: Listener): number;
  setMaxListeners(count: number): this;
  getMaxListeners(): number;
}

interface EventEmitterStatics {
  new (options?: EmitterOptions): EventEmitter;
  (this: unknown, options?: EmitterOptions): void;
  readonly prototype: EventEmitter;
  EventEmitter: EventEmitterStatics;
  defaultMaxListeners: number;
  captureRejections: boolean;
  errorMonitor: typeof errorMonitor;
  captureRejectionSymbol: typeof captureRejectionSymbol;
  once: typeof once;
  on: typeof on;
  getEventListeners: typeof getEventListeners;
  getMaxListeners: typeof getMaxListeners;
  setMaxListeners: typeof setMaxListeners;
  listenerCount: typeof listenerCount;
  addAbortListener: typeof addAbortListener;
  init: (this: EventEmitter, options?: EmitterOptions) => void;
}

export let defaultMaxListeners = 10;
export let captureRejections = false;

function init(this: EventEmitter, options?: EmitterOptions): void {
  // A class may have put its own object on the prototype.
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = Object.create(null);
    this._eventsCount = 0;
  }
  this._maxListeners ||= undefined;
  if (options?.captureRejections ?? captureRejections) {
    this[CAPTURE] = true;
  }
}

export const EventEmitter = function EventEmitter(this: EventEmitter, options?: EmitterOptions) {
  init.call(this, options);
} as unknown as EventEmitterStatics;

function checkListener(listener: unknown): void {
  if (typeof listener !== "function") {
    throw invalidArgType("listener", "of type function", listener);
  }
}

function listOf(entries: Entries | undefined): readonly Entry[] {
  if (entries === undefined) {
    return [];
  }
  return typeof entries === "function" ? [entries] : entries;
}

/** Adds a listener. A list is replaced and not changed, since an event may be walking through it. */
function add(emitter: EventEmitter, name: Name, listener: Entry, isFirst: boolean): void {
  if (emitter._events === undefined) {
    emitter._events = Object.create(null);
    emitter._eventsCount = 0;
  } else if (emitter._events["newListener"] !== undefined) {
    emitter.emit("newListener", name, listener.listener ?? listener);
  }
  const existing = emitter._events[name];
  if (existing === undefined) {
    emitter._events[name] = listener;
    emitter._eventsCount += 1;
  } else {
    const list = listOf(existing);
    emitter._events[name] = isFirst ? [listener, ...list] : [...list, listener];
    warnOfMany(emitter, name, list.length + 1);
  }
}

const warned = new WeakMap<EventEmitter, Set<Name>>();

function warnOfMany(emitter: EventEmitter, name: Name, count: number): void {
  const limit = emitter._maxListeners ?? defaultMaxListeners;
  const names = warned.get(emitter) ?? new Set();
  if (limit <= 0 || count <= limit || names.has(name)) {
    return;
  }
  warned.set(emitter, names.add(name));
  const added = `${count} ${String(name)} listeners added to [${emitter.constructor.name}]`;
  const hint = "Use emitter.setMaxListeners() to increase limit";
  const warning = new Error(`Possible EventEmitter memory leak detected. ${added}. MaxListeners is ${limit}. ${hint}`);
  process.emitWarning(Object.assign(warning, { name: "MaxListenersExceededWarning", emitter, type: name, count }));
}

function remove(emitter: EventEmitter, name: Name, listener: Listener): void {
  const list = listOf(emitter._events?.[name]);
  const index = list.findLastIndex((entry) => entry === listener || entry.listener === listener);
  const found = list[index];
  if (found !== undefined) {
    removeEntries(emitter, name, list.toSpliced(index, 1));
    if (emitter._events["removeListener"] !== undefined) {
      emitter.emit("removeListener", name, found.listener ?? found);
    }
  }
}

function removeEntries(emitter: EventEmitter, name: Name, left: readonly Entry[]): void {
  if (left[0] === undefined) {
    delete emitter._events[name];
    emitter._eventsCount -= 1;
  } else {
    emitter._events[name] = left.length === 1 ? left[0] : left;
  }
}

function onceWrapper(emitter: EventEmitter, name: Name, listener: Listener): Entry {
  let isFired = false;
  const wrapper: Entry = (...args) => {
    if (isFired) {
      return undefined;
    }
    isFired = true;
    emitter.removeListener(name, wrapper);
    return listener.apply(emitter, args);
  };
  wrapper.listener = listener;
  return wrapper;
}

/** A rejected promise of a listener becomes the event `error`, if the emitter asked for it. */
function captureRejection(emitter: EventEmitter, result: unknown, name: Name, args: unknown[]): void {
  if (typeof (result as PromiseLike<unknown> | undefined)?.then !== "function") {
    return;
  }
  (result as PromiseLike<unknown>).then(undefined, (error: unknown) => {
    queueMicrotask(() => {
      if (typeof emitter[captureRejectionSymbol] === "function") {
        emitter[captureRejectionSymbol](error, name, ...args);
        return;
      }
      // An error of the listener for `error` must not come back to it.
      emitter[CAPTURE] = false;
      try {
        emitter.emit("error", error);
      } finally {
        emitter[CAPTURE] = true;
      }
    });
  });
}

function unhandled(args: unknown[]): unknown {
  const [error] = args;
  if (error instanceof Error) {
    return error;
  }
  const shown = typeof error === "string" ? `'${error}'` : String(error);
  return Object.assign(codedError(Error, "ERR_UNHANDLED_ERROR", `Unhandled error. (${shown})`), { context: error });
}

const methods = {
  on(this: EventEmitter, name: Name, listener: Listener): EventEmitter {
    checkListener(listener);
    add(this, name, listener, false);
    return this;
  },
  prependListener(this: EventEmitter, name: Name, listener: Listener): EventEmitter {
    checkListener(listener);
    add(this, name, listener, true);
    return this;
  },
  once(this: EventEmitter, name: Name, listener: Listener): EventEmitter {
    checkListener(listener);
    return this.on(name, onceWrapper(this, name, listener));
  },
  prependOnceListener(this: EventEmitter, name: Name, listener: Listener): EventEmitter {
    checkListener(listener);
    return this.prependListener(name, onceWrapper(this, name, listener));
  },
  removeListener(this: EventEmitter, name: Name, listener: Listener): EventEmitter {
    checkListener(listener);
    remove(this, name, listener);
    return this;
  },
  removeAllListeners(this: EventEmitter, name?: Name): EventEmitter {
    const events = this._events;
    if (events === undefined) {
      return this;
    }
    const names = name === undefined ? Reflect.ownKeys(events) : [name];
    if (events["removeListener"] !== undefined) {
      for (const one of names.filter((each) => each !== "removeListener")) {
        for (const entry of listOf(events[one]).toReversed()) {
          this.removeListener(one, entry);
        }
      }
    }
    for (const one of names) {
      if (events[one] !== undefined) {
        removeEntries(this, one, []);
      }
    }
    return this;
  },
  emit(this: EventEmitter, name: Name, ...args: unknown[]): boolean {
    const events = this._events;
    if (name === "error" && events !== undefined && events[errorMonitor] !== undefined) {
      this.emit(errorMonitor, ...args);
    }
    const entries = events?.[name];
    if (entries === undefined) {
      if (name === "error") {
        throw unhandled(args);
      }
      return false;
    }
    if (typeof entries === "function") {
      const result: unknown = entries.apply(this, args);
      if (this[CAPTURE] && result !== undefined) {
        captureRejection(this, result, name, args);
      }
      return true;
    }
    for (const entry of entries) {
      const result: unknown = entry.apply(this, args);
      if (this[CAPTURE] && result !== undefined) {
        captureRejection(this, result, name, args);
      }
    }
    return true;
  },
  eventNames(this: EventEmitter): Name[] {
    return this._events === undefined ? [] : Reflect.ownKeys(this._events);
  },
  listeners(this: EventEmitter, name: Name): Listener[] {
    return listOf(this._events?.[name]).map((entry) => entry.listener ?? entry);
  },
  rawListeners(this: EventEmitter, name: Name): Listener[] {
    return [...listOf(this._events?.[name])];
  },
  listenerCount(this: EventEmitter, name: Name, listener?: Listener): number {
    const list = listOf(this._events?.[name]);
    return listener ? list.filter((entry) => entry === listener || entry.listener === listener).length : list.length;
  },
  setMaxListeners(this: EventEmitter, count: number): EventEmitter {
    checkCount(count, "setMaxListeners");
    this._maxListeners = count;
    return this;
  },
  getMaxListeners(this: EventEmitter): number {
    return this._maxListeners ?? defaultMaxListeners;
  },
};

function checkCount(count: unknown, name: string): void {
  if (typeof count !== "number") {
    throw invalidArgType(name, "of type number", count);
  }
  if (!(count >= 0)) {
    throw outOfRange(name, ">= 0", count);
  }
}

Object.assign(EventEmitter.prototype, methods, {
  addListener: methods.on,
  off: methods.removeListener,
  _events: undefined,
  _eventsCount: 0,
  _maxListeners: undefined,
});

type Target = EventEmitter | EventTarget;

function isEmitter(target: unknown): target is EventEmitter {
  return typeof (target as EventEmitter | undefined)?.on === "function";
}

function isTarget(target: unknown): target is EventTarget {
  return typeof (target as EventTarget | undefined)?.addEventListener === "function";
}

/** Adds a listener to an emitter or to a target of the web. Returns what removes it. */
function listen(target: Target, name: Name, listener: Listener, isOnce: boolean): () => void {
  if (isEmitter(target)) {
    target[isOnce ? "once" : "on"](name, listener);
    return () => target.removeListener(name, listener);
  }
  if (isTarget(target)) {
    target.addEventListener(String(name), listener, { once: isOnce });
    return () => target.removeEventListener(String(name), listener);
  }
  throw invalidArgType("emitter", "an instance of EventEmitter", target);
}

interface SignalOptions {
  readonly signal?: AbortSignal | undefined;
}

function checkSignal({ signal }: SignalOptions): void {
  if (signal !== undefined && (typeof signal !== "object" || signal === null || !("aborted" in signal))) {
    throw invalidArgType("options.signal", "an instance of AbortSignal", signal);
  }
  if (signal?.aborted) {
    throw new AbortError(undefined, { cause: signal.reason });
  }
}

function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  return signal === undefined ? () => {} : listen(signal as unknown as EventTarget, "abort", listener, true);
}

export async function once(emitter: Target, name: Name, options: SignalOptions = {}): Promise<unknown[]> {
  checkSignal(options);
  const { signal } = options;
  return await new Promise((resolve, reject) => {
    const removers: (() => void)[] = [];
    const end = () => {
      for (const remover of removers) {
        remover();
      }
    };
    removers.push(
      listen(
        emitter,
        name,
        (...args: unknown[]) => {
          end();
          resolve(args);
        },
        true,
      ),
    );
    if (name !== "error" && isEmitter(emitter)) {
      const failed = (error: unknown) => {
        end();
        reject(error);
      };
      removers.push(listen(emitter, "error", failed, true));
    }
    removers.push(
      onAbort(signal, () => {
        end();
        reject(new AbortError(undefined, { cause: signal?.reason }));
      }),
    );
  });
}

interface OnOptions extends SignalOptions {
  readonly close?: readonly string[];
  readonly highWaterMark?: number;
  readonly lowWaterMark?: number;
}

type Step = IteratorResult<unknown[], undefined>;
type Pausable = EventEmitter & { pause?(): void; resume?(): void };

export function on(emitter: Target, name: Name, options: OnOptions = {}): AsyncIterableIterator<unknown[]> {
  checkSignal(options);
  const { signal, close = [], highWaterMark = Number.MAX_SAFE_INTEGER, lowWaterMark = 1 } = options;
  const events: unknown[][] = [];
  const waiting: { readonly resolve: (step: Step) => void; readonly reject: (error: unknown) => void }[] = [];
  let failure: { readonly error: unknown } | undefined;
  let isFinished = false;
  let isPaused = false;
  const removers: (() => void)[] = [];

  const finish = (): Promise<Step> => {
    for (const remover of removers.splice(0)) {
      remover();
    }
    isFinished = true;
    const last: Step = { value: undefined, done: true };
    for (const { resolve } of waiting.splice(0)) {
      resolve(last);
    }
    return Promise.resolve(last);
  };
  const fail = (error: unknown) => {
    const first = waiting.shift();
    if (first === undefined) {
      failure = { error };
    } else {
      first.reject(error);
    }
    finish();
  };
  const receive = (...args: unknown[]) => {
    const first = waiting.shift();
    if (first !== undefined) {
      first.resolve({ value: args, done: false });
      return;
    }
    events.push(args);
    if (!isPaused && events.length > highWaterMark) {
      isPaused = true;
      (emitter as Pausable).pause?.();
    }
  };

  removers.push(listen(emitter, name, receive, false));
  if (name !== "error" && isEmitter(emitter)) {
    removers.push(listen(emitter, "error", fail, false));
  }
  for (const event of close) {
    removers.push(listen(emitter, event, finish, false));
  }
  removers.push(onAbort(signal, () => fail(new AbortError(undefined, { cause: signal?.reason }))));

  return {
    next(): Promise<Step> {
      const event = events.shift();
      if (event !== undefined) {
        if (isPaused && events.length < lowWaterMark) {
          isPaused = false;
          (emitter as Pausable).resume?.();
        }
        return Promise.resolve({ value: event, done: false });
      }
      if (failure !== undefined) {
        const { error } = failure;
        failure = undefined;
        return Promise.reject(error);
      }
      return isFinished ? finish() : new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return: finish,
    throw(error: unknown): Promise<Step> {
      if (!(error instanceof Error)) {
        throw invalidArgType("EventEmitter.AsyncIterator", "an instance of Error", error);
      }
      fail(error);
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

export function getEventListeners(target: Target, name: Name): Listener[] {
  if (isEmitter(target) && typeof target.listeners === "function") {
    return target.listeners(name);
  }
  if (target instanceof EventTarget) {
    return EventTarget.listenersOf(target, String(name)) as Listener[];
  }
  throw invalidArgType("emitter", "an instance of EventEmitter or EventTarget", target);
}

export function listenerCount(emitter: Target, name: Name): number {
  return isEmitter(emitter) ? emitter.listenerCount(name) : getEventListeners(emitter, name).length;
}

export function getMaxListeners(emitter: Target): number {
  if (isEmitter(emitter)) {
    return emitter.getMaxListeners();
  }
  if (emitter instanceof EventTarget) {
    return EventTarget.limitOf(emitter);
  }
  throw invalidArgType("emitter", "an instance of EventEmitter or EventTarget", emitter);
}

export function setMaxListeners(count = defaultMaxListeners, ...emitters: readonly Target[]): void {
  checkCount(count, "setMaxListeners");
  if (emitters.length === 0) {
    defaultMaxListeners = count;
  }
  for (const emitter of emitters) {
    if (isEmitter(emitter)) {
      emitter.setMaxListeners(count);
    } else if (emitter instanceof EventTarget) {
      EventTarget.setLimit(emitter, count);
    } else {
      throw invalidArgType("eventTargets", "an instance of EventEmitter or EventTarget", emitter);
    }
  }
}

export function addAbortListener(signal: AbortSignal, listener: Listener): Disposable {
  if (typeof signal !== "object" || signal === null || !("aborted" in signal)) {
    throw invalidArgType("signal", "an instance of AbortSignal", signal);
  }
  checkListener(listener);
  let removeListener = () => {};
  if (signal.aborted) {
    queueMicrotask(() => listener());
  } else {
    removeListener = onAbort(signal, listener);
  }
  const disposable = {
    [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
      removeListener();
    },
  };
  return disposable as Disposable;
}

Object.assign(EventEmitter, {
  EventEmitter,
  errorMonitor,
  captureRejectionSymbol,
  once,
  on,
  getEventListeners,
  getMaxListeners,
  setMaxListeners,
  listenerCount,
  addAbortListener,
  init,
});
Object.defineProperties(EventEmitter, {
  defaultMaxListeners: {
    enumerable: true,
    get: () => defaultMaxListeners,
    set(count: number) {
      checkCount(count, "defaultMaxListeners");
      defaultMaxListeners = count;
    },
  },
  captureRejections: {
    enumerable: true,
    get: () => captureRejections,
    set(value: unknown) {
      if (typeof value !== "boolean") {
        throw invalidArgType("EventEmitter.captureRejections", "of type boolean", value);
      }
      captureRejections = value;
    },
  },
});

export default EventEmitter;
