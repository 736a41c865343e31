import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { debounce } from "./debounce.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const times = { quietMs: 40, maxMs: 1000 };

test("the debounce timer handles a burst of events once, with the time of the first event", () => {
  const run = vi.fn();
  const burst = debounce(times, run);
  const begun = performance.now();
  for (let count = 0; count < 1000; count++) burst.trigger();
  vi.advanceTimersByTime(30);
  burst.trigger();
  vi.advanceTimersByTime(39);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run.mock.calls).toEqual([[begun]]);
});

test("the debounce timer handles an endless burst of events after the maximum time", () => {
  const run = vi.fn();
  const burst = debounce(times, run);
  for (let ms = 0; ms < 1000; ms += 20) {
    burst.trigger();
    vi.advanceTimersByTime(20);
  }
  expect(run).toHaveBeenCalledOnce();
});

test("the debounce timer handles an event after a burst separately", () => {
  const run = vi.fn();
  const burst = debounce(times, run);
  burst.trigger();
  vi.advanceTimersByTime(50);
  burst.trigger();
  vi.advanceTimersByTime(50);
  expect(run).toHaveBeenCalledTimes(2);
});

test("the debounce timer does not handle a cancelled burst of events", () => {
  const run = vi.fn();
  const burst = debounce(times, run);
  burst.trigger();
  burst.cancel();
  vi.advanceTimersByTime(2000);
  expect(run).not.toHaveBeenCalled();
});
