import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname } from "node:path";

/**
 * True if the file system of a directory prevents the execution of programs (noexec). False for
 * root, because the sandboxes of root mount the directory without that option.
 */
export function startsNoPrograms(dir: string): boolean {
  if (process.getuid?.() === 0) return false;
  try {
    return isNoexec(realpathSync(existingPart(dir)), readFileSync("/proc/self/mountinfo", "utf8"));
  } catch {
    return false; // what is wrong with the directory is reported by what is written there next
  }
}

const existingPart = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : existingPart(dirname(path));

/**
 * True if the mount of a path has the option noexec. `mountinfo` is the text described in
 * proc_pid_mountinfo(5).
 */
export function isNoexec(path: string, mountinfo: string): boolean {
  const mounts = mountinfo
    .trim()
    .split("\n")
    .map((line) => line.split(" "))
    .map(([, , , , point = "", options = ""]) => ({ point: unescaped(point), options: options.split(",") }))
    .filter(({ point }) => point === "/" || path === point || path.startsWith(`${point}/`));
  const longest = Math.max(...mounts.map(({ point }) => point.length));
  // The last of several mounts on one directory is visible.
  return mounts.findLast(({ point }) => point.length === longest)?.options.includes("noexec") === true;
}

const unescaped = (point: string): string =>
  point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
