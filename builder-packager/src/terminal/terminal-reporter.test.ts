import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { terminalReporter } from "./terminal-reporter.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function written(facts: { readonly isTTY?: boolean; readonly columns?: number }, settings = {}) {
  const stream = Object.assign(new PassThrough(), facts) as unknown as NodeJS.WriteStream & PassThrough;
  const reporter = terminalReporter(stream, { color: false, ...settings });
  return { reporter, text: () => String(stream.read() ?? "") };
}

const hostile = "a\u001b[2J\u0007\u009b31m\u202eb\r\tc\nd";
const shown = "a\\u001b[2J\\u0007\\u009b31m\\u202eb\\u000d\tc\n";

test.for([
  ["step", "with escaped control sequences", `===> ${shown}d\n`],
  ["info", "with escaped control sequences", `     ${shown}     d\n`],
  ["warn", "with escaped control sequences", `WARNING: ${shown}d\n`],
  ["debug", "with escaped control sequences", `     ${shown}     d\n`],
  ["output", "without control sequences", "     | ab\tcd\n"],
] as const)("a text of the kind %j is printed %s", ([kind, , expected]) => {
  const { reporter, text } = written({ isTTY: true }, { verbose: true });
  reporter[kind](hostile);
  expect(text()).toBe(expected);
});

test("control sequences are escaped in progress lines", () => {
  const { reporter, text } = written({ isTTY: true });
  reporter.progress?.("a\u001b[2J");
  expect(text()).toBe("     a\\u001b[2J");
});

test("progress on a terminal is one line that is overwritten", () => {
  const { reporter, text } = written({ isTTY: true, columns: 30 });
  reporter.progress?.("1 MB read");
  reporter.progress?.("2 MB read, and so much more that it is longer than the line");
  reporter.info("Added app");
  reporter.progress?.("3 MB read");
  reporter.progress?.(undefined);
  reporter.info("Sent 3 MB");
  expect(text()).toBe(
    [
      "     1 MB read",
      "\r\u001b[K     2 MB read, and so much m",
      "\r\u001b[K     Added app\n",
      "     3 MB read",
      "\r\u001b[K",
      "     Sent 3 MB\n",
    ].join(""),
  );
});

test("progress without a terminal is a plain line every ten seconds", () => {
  const { reporter, text } = written({});
  for (const second of [30, 31, 40, 45, 51]) {
    vi.setSystemTime(second * 1000);
    reporter.progress?.(`${second} MB read`);
  }
  reporter.progress?.(undefined);
  expect(text()).toBe("     40 MB read\n     51 MB read\n");
});

test("--quiet disables progress", () => {
  const { reporter, text } = written({ isTTY: true }, { quiet: true });
  reporter.progress?.("1 MB read");
  reporter.progress?.(undefined);
  expect(text()).toBe("");
});
