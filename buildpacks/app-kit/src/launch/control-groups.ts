import { textAt } from "./kernel-file.ts";

interface Limits {
  /** The memory limit in bytes. */
  readonly memory: number | undefined;
  /** The number may be a fraction. */
  readonly processors: number | undefined;
}

const deepest = 32;

/**
 * Returns the limits of the control groups (version 2 or 1) that contain the process. A limit that
 * is not set is undefined. For each limit, the smallest value of the group and its parents is
 * returned, because a parent, such as the group of a Kubernetes pod, may have a smaller limit.
 *
 * @param root the directory that contains `/proc` and `/sys`; "" except in tests
 */
export function limits(root: string): Limits {
  const groups = groupsOf(textAt(`${root}/proc/self/cgroup`, 65536) ?? "");
  const dirs = (controller: string, mount: string) =>
    above(groups[controller]).map((group) => `${root}/sys/fs/cgroup${mount}${group}`);
  return {
    memory: smallest([
      ...dirs("", "").map((dir) => positive(textAt(`${dir}/memory.max`))),
      ...dirs("memory", "/memory").map((dir) => positive(textAt(`${dir}/memory.limit_in_bytes`))),
    ]),
    processors: smallest([
      ...dirs("", "").map((dir) => share((textAt(`${dir}/cpu.max`) ?? "").split(" "))),
      ...dirs("cpu", "/cpu").map((dir) =>
        share([textAt(`${dir}/cpu.cfs_quota_us`), textAt(`${dir}/cpu.cfs_period_us`)]),
      ),
    ]),
  };
}

/** Paths of groups by controller, that of version 2 by "": the lines `0::/a/b` and `5:memory:/a/b`. */
function groupsOf(text: string): Readonly<Record<string, string>> {
  const groups: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [, controllers, path = ""] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    for (const controller of controllers === undefined ? [] : controllers.split(",")) groups[controller] = path;
  }
  return groups;
}

// Inside of a container the group itself is mounted, whatever its path is outside: the mount always counts.
function above(path = "/"): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== "." && part !== "..");
  return ["", ...parts.slice(0, deepest).map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)];
}

/**
 * Returns the positive integer in a text. "max", -1 and all other texts mean that there is no limit.
 */
function positive(text: string | undefined): number | undefined {
  return /^[1-9]\d*$/.test(text ?? "") ? Number(text) : undefined;
}

function share([quota, period]: readonly (string | undefined)[]): number | undefined {
  const [time, of] = [positive(quota), positive(period)];
  return time === undefined || of === undefined ? undefined : time / of;
}

function smallest(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
