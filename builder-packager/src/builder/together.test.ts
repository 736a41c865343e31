import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { together } from "./together.ts";

const never = new AbortController().signal;

test("results keep the order of the inputs", async () => {
  expect(await together<[number, string]>(never, () => [Promise.resolve(1), Promise.resolve("a")])).toEqual([1, "a"]);
});

test("running tasks end, with the failure as their abort reason, before the failure is thrown", async () => {
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

test("aborting the whole aborts each task", async () => {
  const stop = new AbortController();
  const waiting = async (signal: AbortSignal) => {
    while (!signal.aborted) await nextTurn();
    signal.throwIfAborted();
  };
  const work = together(stop.signal, (signal) => [waiting(signal)]);
  stop.abort(new Error("enough"));
  await expect(work).rejects.toThrow("enough");
});
