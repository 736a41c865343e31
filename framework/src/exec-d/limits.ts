/** The limits of a container. A limit that is not set is undefined. */
export interface ContainerLimits {
  /** The memory limit in bytes. */
  readonly memory: number | undefined;
  /** The number of processors that the container may use at once, such as 0.5. */
  readonly cpus: number | undefined;
}

type ReadText = (path: string) => string | undefined;

const cgroup = "/sys/fs/cgroup";

/**
 * Returns the limits in the container's cgroup, of version 2 or 1. Each limit is only read when it
 * is accessed.
 */
export const containerLimits = (readText: ReadText): ContainerLimits => ({
  get memory() {
    const bytes = positive(readText(`${cgroup}/memory.max`) ?? readText(`${cgroup}/memory/memory.limit_in_bytes`));
    // version 1 writes a number near 2^63 if there is no limit
    return bytes === undefined || bytes >= 2 ** 60 ? undefined : bytes;
  },
  get cpus() {
    const [quota, period] = readText(`${cgroup}/cpu.max`)?.split(" ") ?? [
      readText(`${cgroup}/cpu/cpu.cfs_quota_us`),
      readText(`${cgroup}/cpu/cpu.cfs_period_us`),
    ];
    const [time, of] = [positive(quota), positive(period)];
    return time === undefined || of === undefined ? undefined : time / of;
  },
});

/** A positive number; undefined for `max`, -1 and anything else. */
function positive(text: string | undefined): number | undefined {
  const number = /^\d+$/.test(text?.trim() ?? "") ? Number(text) : 0;
  return number > 0 ? number : undefined;
}
