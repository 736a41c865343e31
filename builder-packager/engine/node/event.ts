import { now } from "engine:process";
import { invalidArgType } from "./errors.ts";
import { uncaughtLater } from "./internal/uncaught-later.ts";
import process from "./process/process.ts";

/*
 * Event, CustomEvent and EventTarget without a tree of targets: an event has one target, and no phase of capturing or
 * bubbling besides that of the target.
 */

interface EventOptions {
  readonly bubbles?: boolean | undefined;
  readonly cancelable?: boolean | undefined;
  readonly composed?: boolean | undefined;
}

interface State {
  target: EventTarget | null;
  isDispatched: boolean;
  isStopped: boolean;
  isCanceled: boolean;
  isInPassive: boolean;
}

const states = new WeakMap<Event, State>();

function stateOf(event: Event): State {
  const state = states.get(event);
  if (state === undefined) {
    throw new TypeError('Value of "this" must be of type Event');
  }
  return state;
}

export class Event {
  static readonly NONE = 0;
  static readonly CAPTURING_PHASE = 1;
  static readonly AT_TARGET = 2;
  static readonly BUBBLING_PHASE = 3;
  readonly #type: string;
  readonly #options: EventOptions;
  readonly #time = now();
  #isPropagationStopped = false;

  constructor(type: string, options?: EventOptions | null) {
    this.#type = `${type}`;
    this.#options = options ?? {};
    states.set(this, {
      target: null,
      isDispatched: false,
      isStopped: false,
      isCanceled: false,
      isInPassive: false,
    });
  }

  get type(): string {
    return this.#type;
  }
  get target(): EventTarget | null {
    return stateOf(this).target;
  }
  get currentTarget(): EventTarget | null {
    const { target, isDispatched } = stateOf(this);
    return isDispatched ? target : null;
  }
  get srcElement(): EventTarget | null {
    return stateOf(this).target;
  }
  get bubbles(): boolean {
    return Boolean(this.#options.bubbles);
  }
  get cancelable(): boolean {
    return Boolean(this.#options.cancelable);
  }
  get composed(): boolean {
    return Boolean(this.#options.composed);
  }
  get defaultPrevented(): boolean {
    return this.cancelable && stateOf(this).isCanceled;
  }
  get returnValue(): boolean {
    return !this.defaultPrevented;
  }
  get timeStamp(): number {
    return this.#time;
  }
  get eventPhase(): number {
    return stateOf(this).isDispatched ? Event.AT_TARGET : Event.NONE;
  }
  get isTrusted(): boolean {
    return false;
  }
  get cancelBubble(): boolean {
    return this.#isPropagationStopped;
  }
  set cancelBubble(value: boolean) {
    if (value) {
      this.#isPropagationStopped = true;
    }
  }

  composedPath(): EventTarget[] {
    const { target, isDispatched } = stateOf(this);
    return isDispatched && target !== null ? [target] : [];
  }
  preventDefault(): void {
    const state = stateOf(this);
    if (this.cancelable && !state.isInPassive) {
      state.isCanceled = true;
    }
  }
  stopPropagation(): void {
    this.#isPropagationStopped = true;
  }
  stopImmediatePropagation(): void {
    this.#isPropagationStopped = true;
    stateOf(this).isStopped = true;
  }

  get [Symbol.toStringTag](): string {
    return "Event";
  }
}

export class CustomEvent<T = unknown> extends Event {
  readonly #detail: T | null;

  constructor(type: string, options?: (EventOptions & { readonly detail?: T }) | null) {
    super(type, options);
    this.#detail = options?.detail ?? null;
  }

  get detail(): T | null {
    return this.#detail;
  }

  override get [Symbol.toStringTag](): string {
    return "CustomEvent";
  }
}

type Callback = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };

interface ListenerOptions {
  readonly capture?: boolean | undefined;
  readonly once?: boolean | undefined;
  readonly passive?: boolean | undefined;
  readonly signal?: EventTarget & { readonly aborted: boolean };
}

interface Listener {
  readonly callback: Callback;
  readonly isCapture: boolean;
  readonly isOnce: boolean;
  readonly isPassive: boolean;
  isRemoved: boolean;
}

export class EventTarget {
  readonly #listeners = new Map<string, Listener[]>();
  /** The number of listeners of an event from which on there is a warning; 0 is none. */
  #limit = 10;
  #isWarned = false;

  addEventListener(type: string, callback: Callback | null, options: ListenerOptions | boolean = {}): void {
    if (callback === null || callback === undefined) {
      return;
    }
    if (typeof callback !== "function" && typeof callback !== "object") {
      throw invalidArgType("listener", "an instance of EventListener", callback);
    }
    const given: ListenerOptions = typeof options === "boolean" ? { capture: options } : (options ?? {});
    const isCapture = Boolean(given.capture);
    if (given.signal?.aborted) {
      return;
    }
    const list = this.#listeners.get(`${type}`) ?? [];
    if (list.some((listener) => listener.callback === callback && listener.isCapture === isCapture)) {
      return;
    }
    // A list is not changed while an event walks through it.
    this.#listeners.set(`${type}`, [
      ...list,
      { callback, isCapture, isOnce: Boolean(given.once), isPassive: Boolean(given.passive), isRemoved: false },
    ]);
    given.signal?.addEventListener("abort", () => this.removeEventListener(type, callback, given), { once: true });
    this.#warnOfMany(`${type}`, list.length + 1);
  }

  #warnOfMany(type: string, count: number): void {
    const limit = this.#limit;
    if (limit <= 0 || count <= limit || this.#isWarned) {
      return;
    }
    this.#isWarned = true;
    const added = `${count} ${type} listeners added to ${this.constructor.name}`;
    const hint = "Use events.setMaxListeners() to increase limit";
    const warning = new Error(`Possible EventTarget memory leak detected. ${added}. MaxListeners is ${limit}. ${hint}`);
    process.emitWarning(Object.assign(warning, { name: "MaxListenersExceededWarning", target: this, type, count }));
  }

  removeEventListener(type: string, callback: Callback | null, options: ListenerOptions | boolean = {}): void {
    const isCapture = Boolean(typeof options === "boolean" ? options : options?.capture);
    const list = this.#listeners.get(`${type}`) ?? [];
    const found = list.find((listener) => listener.callback === callback && listener.isCapture === isCapture);
    if (found === undefined) {
      return;
    }
    found.isRemoved = true;
    this.#listeners.set(
      `${type}`,
      list.filter((listener) => listener !== found),
    );
  }

  dispatchEvent(event: Event): boolean {
    if (!(event instanceof Event)) {
      throw invalidArgType("event", "an instance of Event", event);
    }
    const state = stateOf(event);
    if (state.isDispatched) {
      throw Object.assign(new Error("The event is already being dispatched"), { code: "ERR_EVENT_RECURSION" });
    }
    state.target = this;
    state.isDispatched = true;
    for (const listener of this.#listeners.get(event.type) ?? []) {
      if (state.isStopped) {
        break;
      }
      if (!listener.isRemoved) {
        this.#call(listener, event, state);
      }
    }
    state.isDispatched = false;
    return !event.defaultPrevented;
  }

  #call(listener: Listener, event: Event, state: State): void {
    const { callback, isCapture, isOnce, isPassive } = listener;
    if (isOnce) {
      this.removeEventListener(event.type, callback, isCapture);
    }
    state.isInPassive = isPassive;
    try {
      const result = typeof callback === "function" ? callback.call(this, event) : callback.handleEvent(event);
      // As in Node.js, a rejected promise of a listener is an uncaught exception.
      if (result instanceof Promise) {
        result.then(undefined, uncaughtLater);
      }
    } catch (error) {
      uncaughtLater(error);
    }
    state.isInPassive = false;
  }

  /** Returns the number of listeners from which on there is a warning, for `getMaxListeners` of node:events. */
  static limitOf(target: EventTarget): number {
    return target.#limit;
  }

  static setLimit(target: EventTarget, limit: number): void {
    target.#limit = limit;
    target.#isWarned = false;
  }

  /** Returns the listeners for an event type, for `getEventListeners` of node:events. */
  static listenersOf(target: EventTarget, type: string): Callback[] {
    return (target.#listeners.get(type) ?? []).map(({ callback }) => callback);
  }

  get [Symbol.toStringTag](): string {
    return "EventTarget";
  }
}

const handlers = new WeakMap<EventTarget, Map<string, { handler: unknown; readonly listener: Callback }>>();

/** Adds the property `on<type>` to a class, such as `onabort` of AbortSignal. */
export function defineHandler(prototype: EventTarget, type: string): void {
  Object.defineProperty(prototype, `on${type}`, {
    configurable: true,
    enumerable: true,
    get(this: EventTarget): unknown {
      return handlers.get(this)?.get(type)?.handler ?? null;
    },
    set(this: EventTarget, handler: unknown) {
      const own = handlers.get(this) ?? new Map();
      handlers.set(this, own);
      const former = own.get(type);
      if (former !== undefined) {
        this.removeEventListener(type, former.listener);
        own.delete(type);
      }
      if (typeof handler === "function") {
        const listener = (event: Event) => handler.call(this, event);
        own.set(type, { handler, listener });
        this.addEventListener(type, listener);
      }
    },
  });
}
