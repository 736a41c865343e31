import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { together } from "./together.ts";

const never = new AbortController().signal;

test("what succeeds comes in order", async () => {
  expect(await together<[number, string]>(never, () => [Promise.resolve(1), Promise.resolve("a")])).toEqual([1, "a"]);
});

test("what is under way ends before the failure is known, and knows why", async () => {
  const log: string[] = [];
  const slow = async (signal: AbortSignal) => {
    while (!signal.aborted) await nextTurn();
    log.push(`stopped: ${(signal.reason as Error).message}`);
    signal.throwIfAborted();
  };
  const failing = async () => {
    await nextTurn();
    throw new Error("broken");
  };
  await expect(together(never, (signal) => [slow(signal), failing()])).rejects.toThrow("broken");
  expect(log).toEqual(["stopped: broken"]);
});

test("who stops it all stops each", async () => {
  const stop = new AbortController();
  const waiting = async (signal: AbortSignal) => {
    while (!signal.aborted) await nextTurn();
    signal.throwIfAborted();
  };
  const work = together(stop.signal, (signal) => [waiting(signal)]);
  stop.abort(new Error("enough"));
  await expect(work).rejects.toThrow("enough");
});
