import * as loop from "engine:loop";

let report = (error: unknown): void => {
  throw error;
};

/** Sets the handler for uncaught exceptions of microtasks. `process.ts` calls it. */
export function reportUncaught(uncaught: (error: unknown) => void): void {
  report = uncaught;
}

/**
 * Queues a callback that runs before the event loop continues. The engine ignores exceptions in
 * microtasks, so they are caught here.
 */
export function queueMicrotask(callback: () => void): void {
  loop.queueMicrotask(() => {
    try {
      callback();
    } catch (error) {
      report(error);
    }
  });
}
