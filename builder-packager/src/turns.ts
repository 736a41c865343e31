import { setImmediate } from "node:timers/promises";

/**
 * Milliseconds of synchronous work after which the event loop can handle signals, timers and other
 * work.
 */
const turnMs = 20;

/**
 * Returns a function to await in each round of a loop of synchronous calls. Every 20 ms, that
 * function lets the event loop handle signals and timers. Synchronous calls are several times
 * faster than asynchronous ones, but block the event loop. If `signal` is aborted, the function
 * throws the signal's reason.
 *
 * @example
 * `const turn = turns(signal); for (const file of files) { await turn(); statSync(file); }`
 */
export function turns(signal?: AbortSignal): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < turnMs) return;
    await setImmediate();
    signal?.throwIfAborted();
    begun = performance.now();
  };
}

/**
 * Runs a generator that does synchronous work. When the generator yields and 20 ms have passed, the
 * event loop handles signals and timers. If `signal` is aborted, the function throws the signal's
 * reason.
 */
export async function inTurns<Result>(work: Generator<unknown, Result>, signal?: AbortSignal): Promise<Result> {
  signal?.throwIfAborted();
  let begun = performance.now();
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    if (performance.now() - begun < turnMs) continue;
    await setImmediate();
    signal?.throwIfAborted();
    begun = performance.now();
  }
}
