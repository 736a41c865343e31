/**
 * Kills the remaining processes of a detached process group. unshare(1) with `--map-auto` starts a
 * helper process. If the kernel refuses the namespace, unshare ends, but the helper waits forever
 * and keeps the output open (seen with util-linux 2.38).
 */
export function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // nothing is left
  }
}
