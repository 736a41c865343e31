import { expect, test } from "vitest";
import { checkSpec } from "./check-spec.ts";
import type { SandboxSpec } from "./spec.ts";
import { startError } from "./start-error.ts";

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

test.for<[Partial<SandboxSpec>, string]>([
  [{ command: ["/bin/true", "a\0b"] }, "a word of the command holds a NUL character"],
  [{ env: { A: "a\0b" } }, 'the variable "A" holds a NUL character'],
  [{ env: { "A\0": "" } }, 'the variable "A\\u0000" holds a NUL character'],
  [{ cwd: "/a\0b" }, "the working directory holds a NUL character"],
  [{ uid: 4294967295 }, "user 4294967295, group 0 is not between 0 and 4294967294"],
  [{ uid: 0, gid: Number.NaN }, "user 0, group NaN is not between 0 and 4294967294"],
])("%j is refused", ([change, why]) => {
  expect(() => checkSpec(spec)).not.toThrow();
  expect(() => checkSpec({ ...spec, ...change })).toThrow(
    expect.objectContaining({ code: "SANDBOX_FAILED", message: `The sandbox cannot be started: ${why}` }),
  );
});

test.for<[string, string, string | undefined]>([
  [
    "EINVAL",
    "The sandbox could not be started: too few file descriptors",
    "Allow more open files, for example with `ulimit -n 1024`, and try again.",
  ],
  [
    "EAGAIN",
    "The sandbox could not be started: too few processes or too little memory",
    "End other programs, or allow more processes, for example with `ulimit -u 4096`.",
  ],
  [
    "E2BIG",
    "The sandbox could not be started: a variable or all of them are too long",
    "Linux takes 128 KiB for one variable with its name. Hand large texts over in a binding.",
  ],
  ["ENOENT", "The sandbox could not be started", undefined],
])("%s when starting", ([code, message, hint]) => {
  const cause = Object.assign(new Error(`spawn ${code}`), { code });
  expect(startError(cause)).toMatchObject({ code: "SANDBOX_FAILED", message, hint, cause });
});
