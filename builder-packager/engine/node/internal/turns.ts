import { setImmediate } from "engine:loop";

const MOST = 32;
let inThisTurn = 0;

/**
 * Runs a blocking file operation and returns a promise for its result. Most operations take
 * microseconds. After every 32 operations, the event loop runs once, so that a long series does not
 * delay timers, signals and child processes.
 */
export async function inTurn<T>(operation: () => T): Promise<Awaited<T>> {
  inThisTurn++;
  if (inThisTurn >= MOST) {
    inThisTurn = 0;
    await nextTurn();
  }
  return await operation();
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
