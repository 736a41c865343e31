import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { inParallel } from "./parallel.ts";

test.for([1, 2, 4, 9])("at most %i tasks run at a time", async (bound) => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await inParallel([1, 2, 3, 4, 5, 6, 7], bound, async (item) => {
    most = Math.max(most, ++running);
    await delay(1);
    running--;
    done.push(item);
  });
  expect(most).toBe(Math.min(bound, 7));
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("the first failure aborts the running tasks and the others do not start", async () => {
  const begun: number[] = [];
  const work = async (item: number, signal: AbortSignal) => {
    begun.push(item);
    if (item === 2) throw new Error("two");
    await delay(600_000, undefined, { signal });
  };
  await expect(inParallel([1, 2, 3, 4, 5], 3, work)).rejects.toThrow("two");
  expect(begun).toEqual([1, 2, 3]);
});
