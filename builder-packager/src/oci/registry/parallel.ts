/** Works on at most `bound` items at a time. The first failure ends all: what has begun by the signal, the rest never begins. */
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
