/*
 * The values of AsyncLocalStorage that are in force. Timers, immediates, `nextTick` and callbacks of the engine keep them by
 * `inContext`; it costs one comparison in programs that do not use `node:async_hooks`.
 */

/**
 * The current value of each `AsyncLocalStorage`. A map is replaced and never modified, so a
 * reference to a map is a snapshot.
 */
export type Context = ReadonlyMap<object, unknown>;

let current: Context | undefined;

export function currentContext(): Context | undefined {
  return current;
}

export function setContext(context: Context | undefined): void {
  current = context;
}

export function runInContext<T>(context: Context | undefined, run: () => T): T {
  const former = current;
  current = context;
  try {
    return run();
  } finally {
    current = former;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: any function can be called back
type Callback = (this: any, ...args: any[]) => any;

/**
 * Binds a callback to the current context, so that it later runs with the current values. Without a
 * context, returns the callback itself.
 */
export function inContext<F extends Callback>(callback: F): F {
  const context = current;
  if (context === undefined) {
    return callback;
  }
  return function (this: unknown, ...args: unknown[]) {
    return runInContext(context, () => callback.apply(this, args));
  } as F;
}
