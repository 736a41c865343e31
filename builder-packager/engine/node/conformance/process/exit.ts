import process from "node:process";
import { report } from "../report.ts";

/* Each argument is a way to end the process. */

process.on("exit", (code) => report("exit", () => [code, process.exitCode]));
process.on("beforeExit", (code) => report("beforeExit", () => code));
const ENDS: Readonly<Record<string, () => unknown>> = {
  exit: () => process.exit(),
  "exit 3": () => process.exit(3),
  "exit text": () => process.exit("4"),
  "exit bad": () => process.exit("x" as never),
  "exit large": () => process.exit(257),
  "exit negative": () => process.exit(-1),
  exitCode: () => {
    process.exitCode = 5;
    process.exit();
  },
  "exit in exit": () => {
    process.on("exit", () => process.exit(6));
    process.exit(7);
  },
  "exitCode in exit": () => {
    process.on("exit", () => {
      process.exitCode = 8;
    });
  },
  abort: () => process.abort(),
  kill: () => process.kill(process.pid, "SIGTERM"),
  throw: () => {
    throw new RangeError("mine");
  },
  "throw in exit": () => {
    process.on("exit", () => {
      throw new RangeError("mine");
    });
  },
  reject: () => Promise.reject(new RangeError("mine")),
  "reject with text": () => Promise.reject("mine"),
  "throw text": () => {
    throw "mine";
  },
};
report("start", () => process.argv.at(-1));
ENDS[process.argv.at(-1) ?? ""]?.();
