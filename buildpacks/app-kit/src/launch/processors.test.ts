// @needs processes
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeFiles } from "libcnb/testing";
import { expect, test } from "vitest";
import { temporary } from "../start/test-process.ts";
import { usableProcessors } from "./processors.ts";

const status = "proc/self/status";

test.for<[string, Readonly<Record<string, string>>, number]>([
  [
    "that the process's CPU affinity mask allows",
    { [status]: "Name:\tx\nCpus_allowed:\t0000000b\nMems_allowed:\t1\n" },
    3,
  ],
  ["of a machine with more than 32", { [status]: "Cpus_allowed:\tff,ffffffff\n" }, 40],
  [
    "of the machine if the CPU affinity mask is malformed",
    { [status]: "Cpus_allowed:\tmany\n" },
    availableParallelism(),
  ],
  ["of the machine if the CPU affinity mask has no bits", { [status]: "Cpus_allowed:\t0\n" }, availableParallelism()],
  ["of the machine without /proc", {}, availableParallelism()],
])("the processors counted for the app are those %s", async ([, files, expected]) => {
  await using dir = await temporary("processors-");
  await writeFiles(join(dir.path, "root"), files);
  expect(usableProcessors(join(dir.path, "root"))).toBe(expected);
});
