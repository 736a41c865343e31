import type { StdioOptions } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";

const closeOnExec = 0o2000000;

/**
 * File descriptors above 2 that a child process would inherit unintentionally. Node marks its own
 * as close-on-exec; the program that started cnb may not have done so.
 */
function inheritedFiles(): readonly number[] {
  return readdirSync("/proc/self/fdinfo")
    .map(Number)
    .filter((fd) => fd > 2 && !isClosedOnExec(fd))
    .sort((a, b) => a - b);
}

function isClosedOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & closeOnExec) !== 0;
  } catch {
    return true; // closed meanwhile, like the descriptor of the listing itself
  }
}

/**
 * Returns the steps that replace file descriptors that cnb inherited from its caller with
 * /dev/null. Otherwise, an open directory among them would give access to files outside of the
 * sandbox.
 */
export function coverInherited(stdio: Exclude<StdioOptions, string>): { close(): void } {
  const inherited = inheritedFiles().filter((fd) => fd >= stdio.length);
  if (inherited.length === 0) return { close() {} };
  const nothing = openSync("/dev/null", "r+");
  for (const fd of inherited) {
    while (stdio.length < fd) stdio.push("ignore");
    stdio[fd] = nothing;
  }
  return { close: () => closeSync(nothing) };
}
