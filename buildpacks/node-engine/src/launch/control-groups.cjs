"use strict";
const { textAt } = require("./kernel-file.cjs");

const deepest = 32;

/**
 * The limits of the control groups that the process is in, of version 2 and 1; undefined where there is none. A group above may have the
 * smaller limit, such as that of a Kubernetes pod, so that all of them count.
 *
 * @param root what the paths of the system are below: "" but in tests
 * @returns {{ memory: number | undefined, processors: number | undefined }} bytes, and a number of processors that may be a fraction
 */
function limits(root) {
  const groups = groupsOf(textAt(`${root}/proc/self/cgroup`, 65536) || "");
  const dirs = (controller, mount) => above(groups[controller]).map((group) => `${root}/sys/fs/cgroup${mount}${group}`);
  return {
    memory: smallest([
      ...dirs("", "").map((dir) => positive(textAt(`${dir}/memory.max`))),
      ...dirs("memory", "/memory").map((dir) => positive(textAt(`${dir}/memory.limit_in_bytes`))),
    ]),
    processors: smallest([
      ...dirs("", "").map((dir) => share((textAt(`${dir}/cpu.max`) || "").split(" "))),
      ...dirs("cpu", "/cpu").map((dir) =>
        share([textAt(`${dir}/cpu.cfs_quota_us`), textAt(`${dir}/cpu.cfs_period_us`)]),
      ),
    ]),
  };
}

/** Paths of groups by controller, that of version 2 by "": the lines `0::/a/b` and `5:memory:/a/b`. */
function groupsOf(text) {
  const groups = {};
  for (const line of text.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) || [];
    for (const controller of controllers === undefined ? [] : controllers.split(",")) groups[controller] = path;
  }
  return groups;
}

// Inside of a container the group itself is mounted, whatever its path is outside: the mount always counts.
function above(path = "/") {
  const parts = path.split("/").filter((part) => part !== "" && part !== "." && part !== "..");
  return ["", ...parts.slice(0, deepest).map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)];
}

/** "max", -1 and what is no number are no limit. */
function positive(text) {
  return /^[1-9]\d*$/.test(text || "") ? Number(text) : undefined;
}

function share([quota, period]) {
  const [time, of] = [positive(quota), positive(period)];
  return time === undefined || of === undefined ? undefined : time / of;
}

function smallest(numbers) {
  const known = numbers.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

module.exports = { limits };
