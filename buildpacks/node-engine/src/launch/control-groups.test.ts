// @needs processes
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

interface Limits {
  readonly memory?: number | undefined;
  readonly processors?: number | undefined;
}
const { limits } = createRequire(import.meta.url)("./control-groups.cjs") as {
  readonly limits: (root: string) => Limits;
};

const proc = "proc/self/cgroup";
const v2 = "sys/fs/cgroup";
const v1 = "sys/fs/cgroup/memory";
const none: Limits = { memory: undefined, processors: undefined };

test.for<[string, Readonly<Record<string, string>>, Limits]>([
  ["nothing to read", {}, none],
  [
    "version 2",
    { [`${v2}/memory.max`]: "536870912\n", [`${v2}/cpu.max`]: "150000 100000\n" },
    { memory: 536870912, processors: 1.5 },
  ],
  ["version 2 without limits", { [`${v2}/memory.max`]: "max\n", [`${v2}/cpu.max`]: "max 100000\n" }, none],
  [
    "version 2 of a container that sees the machine's groups",
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
    "version 1",
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
    "version 1 in a container's own mount",
    {
      [proc]: "5:memory:/docker/a\n3:cpu,cpuacct:/docker/a\n",
      [`${v1}/memory.limit_in_bytes`]: "268435456",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    },
    { memory: 268435456, processors: undefined },
  ],
  [
    "a group outside of the mount",
    { [proc]: "0::/../../etc\n", [`${v2}/memory.max`]: "100", "etc/memory.max": "1" },
    { memory: 100, processors: undefined },
  ],
  ["text that is none", { [proc]: "\0\n::::\n9:a\n", [`${v2}/memory.max`]: "-1e9", [`${v2}/cpu.max`]: "0 0" }, none],
  ["folders in place of files", { [`${v2}/memory.max/x`]: "", [`${v2}/cpu.max/x`]: "", [`${proc}/x`]: "" }, none],
  [
    "more than a kernel writes",
    { [`${v2}/memory.max`]: `${"1".repeat(9_000_000)}`, [`${v2}/cpu.max`]: "x".repeat(9_000_000) },
    { memory: Number.POSITIVE_INFINITY, processors: undefined },
  ],
])("the container's limits: %s", ([, files, expected]) => {
  inTree(files, (root) => expect(limits(root)).toEqual(expected));
});

test("a pipe and a loop of links do not block", () => {
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
