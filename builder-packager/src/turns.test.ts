import { expect, test } from "vitest";
import { longestBlock } from "../../test/support/longest-block.ts";
import { inTurns, turns } from "./turns.ts";

/** Keeps the processor busy for a millisecond. */
function work(): void {
  for (const end = performance.now() + 1; performance.now() < end; );
}

async function looped(signal?: AbortSignal): Promise<void> {
  const turn = turns(signal);
  for (let step = 0; step < 300; step++) {
    await turn();
    work();
  }
}

function* stepwise() {
  for (let step = 0; step < 300; step++) {
    work();
    yield;
  }
}

const kinds = {
  "an async loop that yields": looped,
  "a generator run by inTurns()": (signal?: AbortSignal) => inTurns(stepwise(), signal),
};

test.for(Object.entries(kinds))("work of 300 ms in %s blocks the event loop for less than 100 ms", async ([, run]) => {
  expect((await longestBlock(run)).cpuMs).toBeLessThan(100);
});

test.for(Object.entries(kinds))("work in %s ends with an error, the abort reason of the signal", async ([, run]) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("enough")), 5);
  await expect(run(controller.signal)).rejects.toThrow("enough");
});

function* sum() {
  let total = 0;
  for (const each of [3, 4]) {
    total += each;
    yield;
  }
  return total;
}

test("inTurns() returns the return value of the generator", async () => {
  expect(await inTurns(sum())).toBe(7);
});
