import { expect, test } from "vitest";
import { startError } from "./backends/start-error.ts";
import { checkSpec } from "./check-spec.ts";
import type { SandboxSpec } from "./spec.ts";

const spec: SandboxSpec = {
  rootfs: "/root",
  rootfsWritable: false,
  mounts: [],
  command: ["/bin/true"],
  env: { PATH: "/bin" },
  cwd: "/",
  uid: 4294967294,
  gid: 0,
  network: false,
};

test.for<[string, Partial<SandboxSpec>, string]>([
  ["NUL in the command", { command: ["/bin/true", "a\0b"] }, "a word of the command contains a NUL character"],
  ["NUL in the value of a variable", { env: { A: "a\0b" } }, 'the variable "A" contains a NUL character'],
  ["NUL in the name of a variable", { env: { "A\0": "" } }, 'the variable "A\\u0000" contains a NUL character'],
  ["NUL in the working directory", { cwd: "/a\0b" }, "the working directory contains a NUL character"],
  [
    "a user ID that the kernel reserves",
    { uid: 4294967295 },
    "the user id 4294967295 or the group id 0 is not between 0 and 4294967294",
  ],
  [
    "a group ID that is not a number",
    { uid: 0, gid: Number.NaN },
    "the user id 0 or the group id NaN is not between 0 and 4294967294",
  ],
])("a sandbox is not started with %s", ([, change, why]) => {
  expect(() => checkSpec(spec)).not.toThrow();
  expect(() => checkSpec({ ...spec, ...change })).toThrow(
    expect.objectContaining({ code: "SANDBOX_FAILED", message: `the sandbox cannot be started: ${why}` }),
  );
});

test.for<[string, Partial<SandboxSpec>, boolean]>([
  ["accepts an environment variable of exactly 128 KiB", { env: { A: "x".repeat(128 * 1024 - 3) } }, true],
  ["refuses an environment variable of 128 KiB and a byte", { env: { A: "x".repeat(128 * 1024 - 2) } }, false],
  ["counts the size of non-ASCII values in bytes", { env: { A: "ü".repeat(64 * 1024 - 1) } }, false],
  ["refuses a command argument of more than 128 KiB", { command: ["a", "x".repeat(128 * 1024)] }, false],
  ["accepts five environment variables of 100 KiB", { env: variables(5) }, true],
  ["refuses eighty environment variables of 100 KiB", { env: variables(80) }, false],
])("the size check of a sandbox's command and environment %s", ([, change, isPossible]) => {
  if (isPossible) expect(() => checkSpec({ ...spec, ...change })).not.toThrow();
  else
    expect(() => checkSpec({ ...spec, ...change })).toThrow(
      expect.objectContaining({
        code: "SANDBOX_FAILED",
        message:
          "the sandbox could not be started: an environment variable, or the sum of all variables and arguments, is too long",
        hint: "Linux accepts at most 128 KiB for one variable and its name. Pass large values in a service binding.",
      }),
    );
});

function variables(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`V${index}`, "x".repeat(100 * 1024)]));
}

test.for<[string, string, string | undefined]>([
  [
    "EINVAL",
    "the sandbox could not be started: the limit of open files is too low",
    "Raise the limit of open files, for example with `ulimit -n 1024`, and try again.",
  ],
  [
    "EAGAIN",
    "the sandbox could not be started: the limit of processes is reached, or no memory is free",
    "End other programs, or raise the limit of processes, for example with `ulimit -u 4096`.",
  ],
  [
    "E2BIG",
    "the sandbox could not be started: an environment variable, or the sum of all variables and arguments, is too long",
    "Linux accepts at most 128 KiB for one variable and its name. Pass large values in a service binding.",
  ],
  [
    "ENOENT",
    "the sandbox could not be started",
    "Run cnb doctor to check which sandboxes work on this machine, and choose one with --backend.",
  ],
])("the system error %s at the start of a sandbox is reported with the text %j", ([code, message, hint]) => {
  const cause = Object.assign(new Error(`spawn ${code}`), { code });
  expect(startError(cause)).toMatchObject({ code: "SANDBOX_FAILED", message, hint, cause });
});
