/**
 * Waits for all promises even if one fails, then throws the first failure in order: nothing
 * continues in the background after an error was reported, and the same failures give the same
 * report.
 */
export async function settleAll<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === "fulfilled") return result.value;
    throw result.reason;
  });
}
