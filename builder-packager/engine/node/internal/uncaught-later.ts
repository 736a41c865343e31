import { queueMicrotask } from "./microtasks.ts";

/**
 * Throws an error asynchronously, so that it becomes an uncaught exception, like the exception of a
 * listener in Node.js.
 */
export function uncaughtLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
