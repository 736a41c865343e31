/** Options of {@link concurrently}. */
export interface ConcurrencyOptions {
  /** At most so many items at a time. @default all */
  readonly limit?: number;
  /** Aborts the work on all items. */
  readonly signal?: AbortSignal;
  /**
   * False lets the running items end after a failure. The first failure in the order of the items is
   * thrown then, so that the same failures give the same report. @default true
   */
  readonly abort?: boolean;
}

/**
 * Works on items concurrently and returns the results in the order of the items. After a failure no
 * further item starts, the running ones are aborted by the signal of `work` and awaited, and the
 * failure is thrown: nothing continues or logs after an error.
 *
 * @example `await concurrently(urls, (url, signal) => fetch(url, { signal }), { limit: 4 })`
 */
export async function concurrently<Item, Result>(
  items: readonly Item[],
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  { limit = items.length, signal, abort = true }: ConcurrencyOptions = {},
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const failures: { readonly at: number; readonly error: unknown }[] = [];
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let next = 0;
  const worker = async () => {
    while (next < items.length && failures.length === 0) {
      const at = next++;
      try {
        results[at] = await work(items[at] as Item, either);
      } catch (error) {
        failures.push({ at, error });
        if (abort) failed.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  const [earliest] = abort ? failures : failures.toSorted((a, b) => a.at - b.at);
  if (earliest) throw earliest.error;
  return results;
}

/**
 * Runs different tasks concurrently, each with a result of its own type, as {@link concurrently}
 * does with items.
 *
 * @example `const [image, text] = await allConcurrently([readImage, readText], { signal })`
 */
export const allConcurrently = <const Tasks extends readonly ((signal: AbortSignal) => Promise<unknown>)[]>(
  tasks: Tasks,
  options: ConcurrencyOptions = {},
): Promise<{ -readonly [Index in keyof Tasks]: Awaited<ReturnType<Tasks[Index]>> }> =>
  concurrently(tasks, (task, signal) => task(signal), options) as Promise<never>;
