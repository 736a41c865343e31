// @needs processes
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { limits } from "./control-groups.ts";

const proc = "proc/self/cgroup";
const v2 = "sys/fs/cgroup";
const v1 = "sys/fs/cgroup/memory";
const none = { memory: undefined, processors: undefined };

test.for<[string, Readonly<Record<string, string>>, ReturnType<typeof limits>]>([
  ["are unknown without cgroup files", {}, none],
  [
    "are read from cgroup v2",
    { [`${v2}/memory.max`]: "536870912\n", [`${v2}/cpu.max`]: "150000 100000\n" },
    { memory: 536870912, processors: 1.5 },
  ],
  [
    "are unknown if cgroup v2 sets no limits",
    { [`${v2}/memory.max`]: "max\n", [`${v2}/cpu.max`]: "max 100000\n" },
    none,
  ],
  [
    "are the lowest of all parent groups if the container sees the host's cgroup v2",
    {
      [proc]: "0::/pods/a\n",
      [`${v2}/pods/memory.max`]: "200",
      [`${v2}/pods/a/memory.max`]: "300",
      [`${v2}/pods/a/cpu.max`]: "max 100000",
      [`${v2}/pods/cpu.max`]: "50000 100000",
    },
    { memory: 200, processors: 0.5 },
  ],
  [
    "are read from cgroup v1",
    {
      [proc]: "5:memory:/docker/a\n3:cpu,cpuacct:/docker/a\n",
      [`${v1}/memory.limit_in_bytes`]: "9223372036854771712",
      [`${v1}/docker/a/memory.limit_in_bytes`]: "1073741824",
      "sys/fs/cgroup/cpu/docker/a/cpu.cfs_quota_us": "200000",
      "sys/fs/cgroup/cpu/docker/a/cpu.cfs_period_us": "100000",
    },
    { memory: 1073741824, processors: 2 },
  ],
  [
    "are read from cgroup v1 in a container's own mount",
    {
      [proc]: "5:memory:/docker/a\n3:cpu,cpuacct:/docker/a\n",
      [`${v1}/memory.limit_in_bytes`]: "268435456",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    },
    { memory: 268435456, processors: undefined },
  ],
  [
    "are not read from a group outside the cgroup mount",
    { [proc]: "0::/../../etc\n", [`${v2}/memory.max`]: "100", "etc/memory.max": "1" },
    { memory: 100, processors: undefined },
  ],
  [
    "are unknown if the files are malformed",
    { [proc]: "\0\n::::\n9:a\n", [`${v2}/memory.max`]: "-1e9", [`${v2}/cpu.max`]: "0 0" },
    none,
  ],
  [
    "are unknown if directories replace the files",
    { [`${v2}/memory.max/x`]: "", [`${v2}/cpu.max/x`]: "", [`${proc}/x`]: "" },
    none,
  ],
  [
    "are infinite or unknown if the files contain megabytes of text",
    { [`${v2}/memory.max`]: `${"1".repeat(9_000_000)}`, [`${v2}/cpu.max`]: "x".repeat(9_000_000) },
    { memory: Number.POSITIVE_INFINITY, processors: undefined },
  ],
])("the container's memory and CPU limits %s", ([, files, expected]) => {
  inTree(files, (root) => expect(limits(root)).toEqual(expected));
});

test("reading the container's limits is not blocked by a named pipe or a cyclic symbolic link", () => {
  inTree({ [`${v2}/cpu.max`]: "100000 100000" }, (root) => {
    execFileSync("mkfifo", [join(root, v2, "memory.max")]);
    mkdirSync(join(root, "proc/self"), { recursive: true });
    symlinkSync("cgroup", join(root, proc));
    expect(limits(root)).toEqual({ memory: undefined, processors: 1 });
  });
});

function inTree(files: Readonly<Record<string, string>>, use: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), "libcnb-cgroup-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
