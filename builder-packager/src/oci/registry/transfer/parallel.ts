/**
 * Processes at most `bound` items at a time. The first failure aborts the running ones by the
 * signal, and the rest do not start.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  bound: number,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const controller = new AbortController();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of queue) {
      if (failures.length > 0) return;
      await work(item, controller.signal).catch((error: unknown) => {
        failures.push(error);
        controller.abort();
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
