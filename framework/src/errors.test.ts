import { expect, test } from "vitest";
import { catalogue, exitCodeOf, LibcnbError, renderError, UserError } from "./errors.ts";

test("no error has the exit code that means detection failed", () => {
  expect(Object.entries(catalogue).filter(([, { exitCode }]) => Number(exitCode) === 100)).toEqual([]);
});

test("an unsupported API ends with 254, an unknown name or buildpack with 255, everything else with 1", () => {
  const others = Object.entries(catalogue).filter(([, { exitCode }]) => exitCode !== 1);
  expect(others.map(([code, { exitCode }]) => [code, exitCode])).toEqual([
    ["API_UNSUPPORTED", 254],
    ["BUILDPACK_UNKNOWN", 255],
    ["PHASE_UNKNOWN", 255],
  ]);
});

test.for<[string, unknown, string]>([
  [
    "an error of the framework",
    new LibcnbError("DESCRIPTOR_INVALID", "buildpack.toml is not valid", {
      cause: new Error("api: expected a string, got 0.12", { cause: "deeper" }),
      hint: `Quote the version: api = "0.12".`,
    }),
    `ERROR: buildpack.toml is not valid (DESCRIPTOR_INVALID)
  caused by: api: expected a string, got 0.12
  caused by: deeper
HINT: Quote the version: api = "0.12".
`,
  ],
  [
    "a mistake of the user",
    new UserError("LOCKFILE_BROKEN", "package-lock.json cannot be read", { hint: "Run npm install." }),
    "ERROR: package-lock.json cannot be read (LOCKFILE_BROKEN)\nHINT: Run npm install.\n",
  ],
  [
    "an error of the system",
    Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" }),
    "ERROR: ENOSPC: no space left on device, write\n",
  ],
  ["something that is no error", "gone", "ERROR: gone\n"],
])("%s is shown without a stack", ([, error, text]) => {
  expect(renderError(error)).toBe(text);
});

test("a bug is shown with its stack", () => {
  const error = new TypeError("x is not a function");
  error.stack = "TypeError: x is not a function\n    at build (buildpack.ts:1:2)";
  expect(renderError(error)).toBe(
    "ERROR: unexpected TypeError: x is not a function\n    at build (buildpack.ts:1:2)\n",
  );
});

test("causes that go round in a circle end", () => {
  const error = new UserError("CIRCLE", "a");
  error.cause = new Error("b", { cause: error });
  expect(renderError(error)).toBe("ERROR: a (CIRCLE)\n  caused by: b\n");
});

test.for<[string, unknown, number]>([
  ["an unsupported API", new LibcnbError("API_UNSUPPORTED", "x"), 254],
  ["a mistake of the user", new UserError("X", "x"), 1],
  ["a bug", new TypeError("x"), 1],
  ["an error that claims to be a failed detection", Object.assign(new UserError("X", "x"), { exitCode: 100 }), 1],
])("the exit code of %s", ([, error, exitCode]) => {
  expect(exitCodeOf(error)).toBe(exitCode);
});
