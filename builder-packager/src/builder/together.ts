/**
 * Runs tasks concurrently. If one fails, the others are aborted and awaited, so that nothing
 * continues or logs after an error.
 */
export async function together<Results extends readonly unknown[]>(
  signal: AbortSignal,
  start: (signal: AbortSignal) => { readonly [Index in keyof Results]: Promise<Results[Index]> },
): Promise<Results> {
  const failed = new AbortController();
  const tasks = start(AbortSignal.any([signal, failed.signal]));
  try {
    return (await Promise.all(tasks)) as unknown as Results;
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(tasks);
    throw error;
  }
}
