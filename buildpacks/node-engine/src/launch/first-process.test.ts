// @needs processes
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const program = join(import.meta.dirname, "first-process.cjs");

/** Exit code of a first process that gets a signal as soon as it says that it runs. */
async function stopped(signal: NodeJS.Signals, code: string, pid: "first" | "other"): Promise<number | null> {
  const node = [
    process.execPath,
    "--require",
    program,
    "-e",
    `console.log("runs"); setInterval(() => {}, 1000); ${code}`,
  ];
  const words = pid === "first" ? ["unshare", "--user", "--map-root-user", "--pid", "--fork", ...node] : node;
  const [file = "", ...args] = words;
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"], env: {} });
  const closed = once(child, "close");
  await once(child.stdout, "data");
  process.kill(pid === "first" ? childOf(child.pid) : (child.pid ?? 0), signal);
  const [exitCode, by] = await closed;
  return exitCode ?? by;
}

const childOf = (pid = 0): number => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());

test.for<[string, NodeJS.Signals, string, "first" | "other", number | string]>([
  ["an app without a signal handler that is the first process ends on SIGTERM", "SIGTERM", "", "first", 143],
  ["an app without a signal handler that is the first process ends on Ctrl+C", "SIGINT", "", "first", 130],
  [
    "an app with a signal handler that is the first process handles SIGTERM itself",
    "SIGTERM",
    "process.on('SIGTERM', () => setTimeout(process.exit, 50, 7))",
    "first",
    7,
  ],
  ["an app that is not the first process is ended by SIGTERM itself", "SIGTERM", "", "other", "SIGTERM"],
])("in a container, %s", async ([, signal, code, pid, expected]) => {
  expect(await stopped(signal, code, pid)).toBe(expected);
});
