import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { allConcurrently, concurrently } from "./concurrently.ts";

describe("concurrently()", () => {
  test.for([1, 2, 4, 9])("runs at most %i tasks at a time", async (limit) => {
    let running = 0;
    let most = 0;
    const results = await concurrently(
      [1, 2, 3, 4, 5, 6, 7],
      async (item) => {
        most = Math.max(most, ++running);
        await delay(8 - item);
        running--;
        return item * 2;
      },
      { limit },
    );
    expect(most).toBe(Math.min(limit, 7));
    expect(results).toEqual([2, 4, 6, 8, 10, 12, 14]);
  });

  test("runs all tasks at once without a limit, and handles an empty list", async () => {
    const gate = Promise.withResolvers<void>();
    let started = 0;
    const work = async () => {
      if (++started === 3) gate.resolve();
      await gate.promise;
    };
    await concurrently([1, 2, 3], work);
    expect(await concurrently([], work)).toEqual([]);
  });

  test("aborts the running tasks after a failure and starts no further ones", async () => {
    const begun: number[] = [];
    const work = async (item: number, signal: AbortSignal) => {
      begun.push(item);
      if (item === 2) throw new Error("two");
      await delay(600_000, undefined, { signal });
    };
    await expect(concurrently([1, 2, 3, 4, 5], work, { limit: 3 })).rejects.toThrow("two");
    expect(begun).toEqual([1, 2, 3]);
  });

  test("throws after the running tasks have ended, with the failure as their abort reason", async () => {
    const log: string[] = [];
    const work = async (item: string, signal: AbortSignal) => {
      await nextTurn();
      if (item === "broken") throw new Error("broken");
      while (!signal.aborted) await nextTurn();
      log.push(`stopped: ${(signal.reason as Error).message}`);
      throw signal.reason;
    };
    await expect(concurrently(["slow", "broken"], work)).rejects.toThrow("broken");
    expect(log).toEqual(["stopped: broken"]);
  });

  test("aborts all tasks by the caller's signal", async () => {
    const stop = new AbortController();
    const work = concurrently([1, 2], (_, signal) => delay(600_000, undefined, { signal }), { signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(work).rejects.toMatchObject({ name: "AbortError", cause: new Error("enough") });
  });

  test("throws the first failure in the order of the tasks after all have ended, if failures abort no other tasks", async () => {
    const log: number[] = [];
    const work = async (item: number, signal: AbortSignal) => {
      await delay(10 * (4 - item));
      log.push(item);
      expect(signal.aborted).toBe(false);
      if (item < 3) throw new Error(`failure ${item}`);
    };
    await expect(concurrently([1, 2, 3], work, { abort: false })).rejects.toThrow("failure 1");
    expect(log).toEqual([3, 2, 1]);
  });
});

test("allConcurrently returns the results in the order of the tasks", async () => {
  const [count, text] = await allConcurrently([async () => 1, async () => "a"]);
  const typed: [number, string] = [count, text];
  expect(typed).toEqual([1, "a"]);
});
