// @needs python3
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const program = join(import.meta.dirname, "limits.py");
const main = join(import.meta.dirname, "main.py");
const functions = `import json, runpy, sys
module = runpy.run_path(${JSON.stringify(program)})
print(json.dumps(module[sys.argv[1]](*json.loads(sys.argv[2]))))`;

/** Runs Python with file descriptor 3, where the launcher reads, and gives what is printed there and elsewhere. */
const python = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const command = ["-c", 'exec 3>&1 1>/dev/null; exec python3 -B "$@"', "sh", ...args];
    execFile("sh", command, { env: { PATH: process.env["PATH"], ...env } }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

/** The result of a function of the program. */
const result = (name: string, ...args: readonly unknown[]) =>
  new Promise<unknown>((resolve, reject) => {
    execFile("python3", ["-B", "-c", functions, name, JSON.stringify(args)], (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
  });

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "python-limits-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const mebibyte = 1024 ** 2;
const group = "sys/fs/cgroup";

describe("the limits in a Python container", () => {
  test.for<[string, FileMap, readonly [memory: number | null, processors: number | null]]>([
    ["are unknown without cgroups", {}, [null, null]],
    [
      "are unknown if the files of cgroup v2 contain max",
      { [`${group}/memory.max`]: "max\n", [`${group}/cpu.max`]: "max 100000\n" },
      [null, null],
    ],
    [
      "are those of cgroup v2",
      { [`${group}/memory.max`]: "536870912\n", [`${group}/cpu.max`]: "150000 100000\n" },
      [512 * mebibyte, 1.5],
    ],
    [
      "are the lowest limits of the process's cgroup v2 and of the cgroups above it",
      {
        "proc/self/cgroup": "0::/pod/app\n",
        [`${group}/memory.max`]: "max",
        [`${group}/pod/memory.max`]: "1000",
        [`${group}/pod/app/memory.max`]: "2000",
        [`${group}/pod/app/cpu.max`]: "50000 100000",
      },
      [1000, 0.5],
    ],
    [
      "are those of cgroup v1",
      {
        "proc/self/cgroup": "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/y\n",
        [`${group}/memory/memory.limit_in_bytes`]: "268435456",
        [`${group}/cpu/docker/x/cpu.cfs_quota_us`]: "200000",
        [`${group}/cpu/docker/x/cpu.cfs_period_us`]: "100000",
      },
      [256 * mebibyte, 2],
    ],
    [
      "are unknown if the files of cgroup v1 contain -1",
      { [`${group}/cpu/cpu.cfs_quota_us`]: "-1", [`${group}/cpu/cpu.cfs_period_us`]: "1" },
      [null, null],
    ],
    [
      "are unknown if the files of cgroups are malformed",
      { "proc/self/cgroup": "0::../..\nx\n::", [`${group}/memory.max`]: "lots", [`${group}/cpu.max`]: "" },
      [null, null],
    ],
  ])("%s", async ([name, files, expected]) => {
    const root = join(dir, name);
    await writeFiles(root, files);
    expect(await result("limits", root)).toEqual(expected);
  });
});

describe("WEB_CONCURRENCY, WEB_MEMORY and MEMORY_AVAILABLE are set for", () => {
  const total = 8192 * mebibyte;

  test.for<[string, readonly [object, number | null, number | null, number, number], object]>([
    [
      "a container of 512 MB and one processor",
      [{}, 512 * mebibyte, 1, total, 4],
      { MEMORY_AVAILABLE: 512, WEB_MEMORY: 256, WEB_CONCURRENCY: 2 },
    ],
    [
      "a container of 64 MB",
      [{}, 64 * mebibyte, null, total, 4],
      { MEMORY_AVAILABLE: 64, WEB_MEMORY: 256, WEB_CONCURRENCY: 1 },
    ],
    [
      "a container of half a processor",
      [{}, null, 0.5, total, 4],
      { MEMORY_AVAILABLE: 8192, WEB_MEMORY: 256, WEB_CONCURRENCY: 3 },
    ],
    [
      "a container without limits",
      [{}, null, null, total, 2],
      { MEMORY_AVAILABLE: 8192, WEB_MEMORY: 256, WEB_CONCURRENCY: 5 },
    ],
    [
      "a container without limits on a large machine",
      [{}, null, null, 64 * total, 64],
      { MEMORY_AVAILABLE: 524288, WEB_MEMORY: 256, WEB_CONCURRENCY: 12 },
    ],
    [
      "a container whose limits exceed the machine",
      [{}, 2 ** 63 - 4096, 9, total, 1],
      { MEMORY_AVAILABLE: 8192, WEB_MEMORY: 256, WEB_CONCURRENCY: 3 },
    ],
    [
      "an app whose user sets WEB_MEMORY, which stays unchanged",
      [{ WEB_MEMORY: "4096" }, null, null, total, 4],
      { MEMORY_AVAILABLE: 8192, WEB_CONCURRENCY: 2 },
    ],
    [
      "an app whose user sets WEB_CONCURRENCY and MEMORY_AVAILABLE, which stay unchanged",
      [{ WEB_CONCURRENCY: "40", MEMORY_AVAILABLE: "1" }, null, null, total, 4],
      { WEB_MEMORY: 256 },
    ],
    [
      "an app whose user sets malformed values",
      [{ WEB_MEMORY: "much", WEB_CONCURRENCY: "" }, 512 * mebibyte, 1, total, 4],
      { MEMORY_AVAILABLE: 512, WEB_CONCURRENCY: 2 },
    ],
  ])("%s", async ([, args, expected]) => expect(await result("variables", ...args)).toEqual(expected));
});

describe("Python's launch helper", () => {
  test("writes the variables as TOML for the launcher", async () => {
    await writeFiles(join(dir, "toml"), { [`${group}/memory.max`]: `${600 * mebibyte}` });
    expect(await python([main, join(dir, "toml")], { WEB_CONCURRENCY: "3" })).toEqual({
      code: 0,
      stdout: 'MEMORY_AVAILABLE = "600"\nWEB_MEMORY = "256"\n',
      stderr: "",
    });
  });

  test("warns and lets the app start if the helper's output cannot be written", async () => {
    expect(
      await new Promise((resolve) =>
        execFile("sh", ["-c", `exec 3>&-; python3 -B ${main}`], (error, _, text) => resolve([error, text])),
      ),
    ).toEqual([
      null,
      expect.stringMatching(/^WARNING: cannot adapt the app to the limits of the container: .*Bad file descriptor\n$/),
    ]);
  });
});
