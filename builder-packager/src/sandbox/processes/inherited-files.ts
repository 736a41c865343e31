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
 * Sets `/dev/null` in `stdio` for each file descriptor that cnb inherited from its caller. Otherwise,
 * an inherited descriptor of an open directory would give a process in the sandbox access to files
 * outside of the sandbox. The caller calls `close` after the process has started.
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
