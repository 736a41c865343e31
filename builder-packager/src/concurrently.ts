/** Options of {@link concurrently}, such as the maximum number of concurrent items. */
export interface ConcurrencyOptions {
  /** The maximum number of concurrent items. @default all */
  readonly limit?: number;
  /** Aborts the processing of all items. */
  readonly signal?: AbortSignal;
  /**
   * False to let running items finish after a failure. The first failure in the order of the items
   * is then thrown, so that the same failures give the same report. @default true
   */
  readonly abort?: boolean;
}

/**
 * Processes items concurrently and returns the results in the order of the items. After a failure,
 * no further item starts. The items that are being processed are aborted through the signal that
 * `work` receives. The failure is thrown when all of them have ended.
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

type Task = (signal: AbortSignal) => Promise<unknown>;

/** The results of tasks in their order, each of its own type. */
type Results<Tasks extends readonly Task[]> = {
  -readonly [Index in keyof Tasks]: Awaited<ReturnType<Tasks[Index]>>;
};

/**
 * Runs different tasks concurrently, like {@link concurrently}. Each task has a result of its own
 * type.
 *
 * @example `const [image, text] = await allConcurrently([readImage, readText], { signal })`
 */
export const allConcurrently = <const Tasks extends readonly Task[]>(
  tasks: Tasks,
  options: ConcurrencyOptions = {},
): Promise<Results<Tasks>> => concurrently(tasks, (task, signal) => task(signal), options) as Promise<never>;
