import { closeSync, openSync } from "node:fs";
import tty, { isatty } from "node:tty";
import { report, untyped } from "../report.ts";

report("pipe and file", () => {
  const file = openSync("/dev/null", "r");
  try {
    return [isatty(0), isatty(1), isatty(file), tty.isatty(1)];
  } finally {
    closeSync(file);
  }
});
report("terminal", () => {
  const master = openSync("/dev/ptmx", "r+");
  try {
    return isatty(master);
  } finally {
    closeSync(master);
  }
});
for (const fd of [-1, 1.5, 99_999, 2 ** 31, Number.NaN, "0", undefined, null, {}]) {
  report(`isatty of ${typeof fd} ${fd}`, () => isatty(untyped(fd)));
}
