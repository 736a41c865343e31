import { invalidArgType } from "../errors.ts";

// biome-ignore lint/suspicious/noExplicitAny: the arguments of an event are what its emitter gives
export type Listener = (...args: any[]) => void;
type Name = string | symbol;

interface Entry {
  readonly listener: Listener;
  readonly isOnce: boolean;
}

/**
 * The part of EventEmitter that `process` and its streams need. With it, detect does not need to
 * load `events.ts`.
 */
export class Emitter {
  readonly #entries = new Map<Name, readonly Entry[]>();

  #add(name: Name, entry: Entry, isFirst: boolean): this {
    if (typeof entry.listener !== "function") {
      throw invalidArgType("listener", "of type function", entry.listener);
    }
    const entries = this.#entries.get(name) ?? [];
    this.emit("newListener", name, entry.listener);
    this.#entries.set(name, isFirst ? [entry, ...entries] : [...entries, entry]);
    this.listenersChanged(name);
    return this;
  }

  /** Called when a listener of an event has been added or removed. */
  protected listenersChanged(_name: Name): void {}

  on(name: Name, listener: Listener): this {
    return this.#add(name, { listener, isOnce: false }, false);
  }

  addListener(name: Name, listener: Listener): this {
    return this.on(name, listener);
  }

  once(name: Name, listener: Listener): this {
    return this.#add(name, { listener, isOnce: true }, false);
  }

  prependListener(name: Name, listener: Listener): this {
    return this.#add(name, { listener, isOnce: false }, true);
  }

  prependOnceListener(name: Name, listener: Listener): this {
    return this.#add(name, { listener, isOnce: true }, true);
  }

  off(name: Name, listener: Listener): this {
    const entries = this.#entries.get(name) ?? [];
    const index = entries.findLastIndex((entry) => entry.listener === listener);
    if (index !== -1) {
      this.#entries.set(name, entries.toSpliced(index, 1));
      this.listenersChanged(name);
      this.emit("removeListener", name, listener);
    }
    return this;
  }

  removeListener(name: Name, listener: Listener): this {
    return this.off(name, listener);
  }

  removeAllListeners(name?: Name): this {
    for (const each of name === undefined ? this.eventNames() : [name]) {
      this.#entries.delete(each);
      this.listenersChanged(each);
    }
    return this;
  }

  emit(name: Name, ...args: unknown[]): boolean {
    const entries = this.#entries.get(name) ?? [];
    if (entries.length === 0 && name === "error") {
      throw args[0];
    }
    for (const entry of entries) {
      if (entry.isOnce) {
        this.off(name, entry.listener);
      }
      entry.listener.apply(this, args);
    }
    return entries.length > 0;
  }

  listeners(name: Name): Listener[] {
    return (this.#entries.get(name) ?? []).map(({ listener }) => listener);
  }

  rawListeners(name: Name): Listener[] {
    return this.listeners(name);
  }

  listenerCount(name: Name): number {
    return this.#entries.get(name)?.length ?? 0;
  }

  eventNames(): Name[] {
    return [...this.#entries].filter(([, entries]) => entries.length > 0).map(([name]) => name);
  }

  setMaxListeners(_count: number): this {
    return this;
  }

  getMaxListeners(): number {
    return 10;
  }
}
