import { once } from "node:events";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import tty, { isatty, ReadStream } from "node:tty";
import { report, reportLater, untyped } from "../report.ts";

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
await reportLater("ReadStream", async () => {
  const main = openSync("/dev/ptmx", constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const stream = new ReadStream(main);
  const state = [stream.isTTY, stream.isRaw, stream.setRawMode(true).isRaw, stream.setRawMode(false).isRaw];
  writeSync(main, "key\n");
  const [echoed] = await once(stream.setEncoding("utf8"), "data");
  return [tty.ReadStream === ReadStream, state, echoed.startsWith("key")];
});
process.exit();
