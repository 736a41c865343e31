import { type Context, currentContext, inContext, runInContext, setContext } from "./async-context.ts";
import { checkFunction, checkString } from "./internal/checks.ts";

/*
 * AsyncLocalStorage and AsyncResource. The engine has no hook for what continues after a promise, so the first `run` or
 * `enterWith` of a program replaces `Promise.prototype.then`: callbacks of `then`, `catch` and `finally` see the values of
 * the moment they were given.
 *
 * An `await` of the engine does not call `then`, so the values are gone after the first one that waits. They stay in async
 * functions that a bundler has turned into generators (esbuild: `supported: { "async-await": false, "async-generator": false,
 * "for-await": false }`), whose helper does call it. Tests do so; the packager does not, because that slows down every
 * async function of a program.
 */

let isPatched = false;

function keepContextInPromises(): void {
  if (isPatched) {
    return;
  }
  isPatched = true;
  const { then } = Promise.prototype;
  const keep = (callback: unknown): unknown =>
    typeof callback === "function" ? inContext(callback as (value: unknown) => unknown) : callback;
  // biome-ignore lint/suspicious/noThenProperty: this is the one place where promises can be followed
  Object.defineProperty(Promise.prototype, "then", {
    configurable: true,
    writable: true,
    value: function (this: Promise<unknown>, fulfilled?: unknown, rejected?: unknown) {
      return currentContext() === undefined
        ? then.call(this, fulfilled as undefined, rejected as undefined)
        : then.call(this, keep(fulfilled) as undefined, keep(rejected) as undefined);
    },
  });
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
    keepContextInPromises();
    return runInContext(this.#with(store), () => callback(...args));
  }

  exit<R, A extends unknown[]>(callback: Run<R, A>, ...args: A): R {
    return runInContext(this.#with(undefined), () => callback(...args));
  }

  enterWith(store: T): void {
    keepContextInPromises();
    setContext(this.#with(store));
  }

  disable(): void {
    const context = new Map(currentContext());
    context.delete(this);
    setContext(context);
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
