import { asyncContext, setAsyncContext } from "engine:loop";
import { checkFunction, checkString } from "./internal/checks.ts";

/*
 * AsyncLocalStorage and AsyncResource. The engine keeps the context: code after an `await`, callbacks of promises, microtasks
 * and callbacks of the event loop run in the context in which they were made.
 */

/**
 * The current value of each `AsyncLocalStorage`. A map is replaced and never modified, so a
 * reference to a map is a snapshot.
 */
type Context = ReadonlyMap<object, unknown>;

const currentContext = (): Context | undefined => asyncContext() as Context | undefined;

function runInContext<T>(context: Context | undefined, run: () => T): T {
  const former = asyncContext();
  setAsyncContext(context);
  try {
    return run();
  } finally {
    setAsyncContext(former);
  }
}

type Run<T, A extends unknown[]> = (...args: A) => T;

interface StorageOptions<T> {
  readonly defaultValue?: T;
  readonly name?: string;
}

export class AsyncLocalStorage<T> {
  readonly name: string;
  readonly #default: T | undefined;

  constructor({ defaultValue, name = "" }: StorageOptions<T> = {}) {
    this.#default = defaultValue;
    this.name = `${name}`;
  }

  static bind<F extends (...args: never[]) => unknown>(callback: F): F {
    checkFunction(callback, "fn");
    return bound(callback);
  }

  static snapshot(): <R, A extends unknown[]>(callback: Run<R, A>, ...args: A) => R {
    const context = currentContext();
    return (callback, ...args) => runInContext(context, () => callback(...args));
  }

  getStore(): T | undefined {
    const context = currentContext();
    return context?.has(this) ? (context.get(this) as T | undefined) : this.#default;
  }

  run<R, A extends unknown[]>(store: T, callback: Run<R, A>, ...args: A): R {
    return runInContext(this.#with(store), () => callback(...args));
  }

  exit<R, A extends unknown[]>(callback: Run<R, A>, ...args: A): R {
    return runInContext(this.#with(undefined), () => callback(...args));
  }

  enterWith(store: T): void {
    setAsyncContext(this.#with(store));
  }

  disable(): void {
    const context = new Map(currentContext());
    context.delete(this);
    setAsyncContext(context);
  }

  #with(store: T | undefined): Context {
    return new Map(currentContext()).set(this, store);
  }
}

/** Runs the callback with the values of now, also if there are none. */
function bound<F extends (...args: never[]) => unknown>(callback: F): F {
  const context = currentContext();
  return function (this: unknown, ...args: never[]) {
    return runInContext(context, () => callback.apply(this, args));
  } as F;
}

let lastId = 1;

export class AsyncResource {
  readonly #context = currentContext();
  readonly #id = ++lastId;

  constructor(type: string) {
    checkString(type, "type");
  }

  static bind<F extends (...args: never[]) => unknown>(callback: F): F {
    checkFunction(callback, "fn");
    return bound(callback);
  }

  bind<F extends (...args: never[]) => unknown>(callback: F): F {
    checkFunction(callback, "fn");
    const context = this.#context;
    return function (this: unknown, ...args: never[]) {
      return runInContext(context, () => callback.apply(this, args));
    } as F;
  }

  runInAsyncScope<R, A extends unknown[]>(callback: Run<R, A>, thisArg?: unknown, ...args: A): R {
    return runInContext(this.#context, () => callback.apply(thisArg, args));
  }

  emitDestroy(): this {
    return this;
  }

  asyncId(): number {
    return this.#id;
  }

  triggerAsyncId(): number {
    return 1;
  }
}

export default { AsyncLocalStorage, AsyncResource };
