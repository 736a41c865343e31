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

test.for<[Partial<SandboxSpec>, string]>([
  [{ command: ["/bin/true", "a\0b"] }, "a word of the command holds a NUL character"],
  [{ env: { A: "a\0b" } }, 'the variable "A" holds a NUL character'],
  [{ env: { "A\0": "" } }, 'the variable "A\\u0000" holds a NUL character'],
  [{ cwd: "/a\0b" }, "the working directory holds a NUL character"],
  [{ uid: 4294967295 }, "user 4294967295, group 0 is not between 0 and 4294967294"],
  [{ uid: 0, gid: Number.NaN }, "user 0, group NaN is not between 0 and 4294967294"],
])("the sandbox specification %j is refused", ([change, why]) => {
  expect(() => checkSpec(spec)).not.toThrow();
  expect(() => checkSpec({ ...spec, ...change })).toThrow(
    expect.objectContaining({ code: "SANDBOX_FAILED", message: `The sandbox cannot be started: ${why}` }),
  );
});

test.for<[string, Partial<SandboxSpec>, boolean]>([
  ["a variable of 128 KiB with name and end", { env: { A: "x".repeat(128 * 1024 - 3) } }, true],
  ["one of a byte more", { env: { A: "x".repeat(128 * 1024 - 2) } }, false],
  ["one of half as many letters of two bytes", { env: { A: "ü".repeat(64 * 1024 - 1) } }, false],
  ["a word of the command that is too long", { command: ["a", "x".repeat(128 * 1024)] }, false],
  ["some variables of 100 KiB", { env: variables(5) }, true],
  ["too many of them", { env: variables(80) }, false],
])("the sandbox specification is checked: %s", ([, change, isPossible]) => {
  if (isPossible) expect(() => checkSpec({ ...spec, ...change })).not.toThrow();
  else
    expect(() => checkSpec({ ...spec, ...change })).toThrow(
      expect.objectContaining({
        code: "SANDBOX_FAILED",
        message: "The sandbox could not be started: a variable or all of them are too long",
        hint: "Linux takes 128 KiB for one variable with its name. Hand large texts over in a binding.",
      }),
    );
});

function variables(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`V${index}`, "x".repeat(100 * 1024)]));
}

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
