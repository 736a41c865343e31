import { readdirSync, readFileSync } from "node:fs";

const closeOnExec = 0o2000000;

/** File descriptors above 2 that a child process would get although nobody said so. Node marks its own, a careless caller does not. */
export function inheritedFiles(): readonly number[] {
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
