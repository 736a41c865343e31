import { describe, expect, test } from "vitest";
import { InternalError, LibcnbError, UserError } from "./errors.ts";
import { exitCodeOf, faultOf, renderError } from "./render-error.ts";

const origin = { phase: "build", buildpack: { id: "test/x", version: "1.0.0" } };

function thrown(
  error: Error,
  frames = "\n    at build (buildpack.ts:1:2)\n    at node:internal/process/task_queues:1:2",
) {
  error.stack = `${error.name}: ${error.message}${frames}`;
  return error;
}

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
  in build of test/x@1.0.0
HINT: Quote the version: api = "0.12".
`,
  ],
  [
    "a mistake of the buildpack's author found by the framework",
    new LibcnbError("LAYER_INVALID", 'layer "launch" has a reserved name', {
      hint: "Choose another name.",
    }),
    `ERROR: layer "launch" has a reserved name (LAYER_INVALID)
  in build of test/x@1.0.0, a mistake of the buildpack
HINT: Choose another name.
`,
  ],
  [
    "a mistake of the user",
    new UserError("LOCKFILE_BROKEN", "package-lock.json cannot be read", {
      hint: "Run npm install.",
      docs: "https://example.com/lockfiles",
    }),
    `ERROR: package-lock.json cannot be read (LOCKFILE_BROKEN)
  in build of test/x@1.0.0
HINT: Run npm install.
DOCS: https://example.com/lockfiles
`,
  ],
  [
    "an error of the operating system",
    Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" }),
    "ERROR: ENOSPC: no space left on device, write\n  in build of test/x@1.0.0\nHINT: Give the build more disk space.\n",
  ],
  [
    "a bug of the buildpack, with its stack",
    thrown(new TypeError("x is not a function")),
    `ERROR: unexpected TypeError: x is not a function
    at build (buildpack.ts:1:2)
  in build of test/x@1.0.0, a mistake of the buildpack
HINT: Report this to the authors of the buildpack.
`,
  ],
  [
    "a bug of the framework, with the stack of its cause",
    new InternalError("the framework failed", { cause: thrown(new TypeError("x is not a function")) }),
    `ERROR: the framework failed (INTERNAL)
    at build (buildpack.ts:1:2)
  caused by: x is not a function
  in build of test/x@1.0.0, a bug of the framework
HINT: This is a bug of libcnb 0.1.0: report it at https://github.com/libcnb/libcnb.ts/issues with all of this text.
`,
  ],
  [
    "an error with several causes",
    new LibcnbError("DOWNLOAD_FAILED", "no answer", {
      cause: new AggregateError([new Error("::1 refused"), new Error("127.0.0.1 refused")]),
    }),
    `ERROR: no answer (DOWNLOAD_FAILED)
  caused by: ::1 refused
  caused by: 127.0.0.1 refused
  in build of test/x@1.0.0
`,
  ],
  [
    "an error with control characters in its message, which are escaped",
    new UserError("FILE_NAME", "cannot read a\u001b[2Jb"),
    "ERROR: cannot read a\\x1b[2Jb (FILE_NAME)\n  in build of test/x@1.0.0\n",
  ],
])("the text for the user is rendered for %s", ([, error, text]) => {
  expect(renderError(error, origin)).toBe(text);
});

describe("a thrown value that is not an Error", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;

  test.for<[string, unknown, string]>([
    ["a string", "gone", "gone"],
    ["undefined", undefined, "undefined"],
    ["a symbol", Symbol("x"), "Symbol(x)"],
    ["an object", { status: 404 }, '{"status":404}'],
    ["an object without a prototype", Object.create(null), "{}"],
    ["a circular object", circle, "a value of type object"],
    ["a bigint", 1n, "a value of type bigint"],
  ])("is rendered as text, here %s", ([, value, text]) => {
    expect(renderError(value)).toBe(`ERROR: ${text} was thrown, which is not an Error\n`);
  });
});

test("the error of a bug in a buildpack names the page for bug reports and has a shortened stack", () => {
  const shown = renderError(thrown(new RangeError("x")), {
    phase: "detect",
    buildpack: { id: "test/x", version: "1.0.0", homepage: "https://example.com" },
    frames: () => ["    at src/buildpack.ts:7:1"],
  });
  expect(shown).toBe(`ERROR: unexpected RangeError: x
    at src/buildpack.ts:7:1
  in detect of test/x@1.0.0, a mistake of the buildpack
HINT: Report this to the authors of the buildpack (https://example.com).
`);
});

test("circular causes of an error are rendered once", () => {
  const error = new UserError("CIRCLE", "a");
  error.cause = new Error("b", { cause: error });
  expect(renderError(error)).toBe("ERROR: a (CIRCLE)\n  caused by: b\n");
});

const claims = (exitCode: unknown) => Object.assign(new UserError("X", "x"), { exitCode });

test.for<[string, unknown, number]>([
  ["an unsupported API is 254", new LibcnbError("API_UNSUPPORTED", "x"), 254],
  ["a mistake of the user is 1", new UserError("X", "x"), 1],
  ["a bug is 1", new TypeError("x"), 1],
  ["an error that claims exit code 100 is 1", claims(100), 1],
  ["an error that claims exit code 0 is 1", claims(0), 1],
  ["an error that claims exit code 256 is 1", claims(256), 1],
  ["an error that claims an exit code that is not a number is 1", claims("3"), 1],
])("the exit code of %s", ([, error, exitCode]) => {
  expect(exitCodeOf(error)).toBe(exitCode);
});

test.for<[string, string, unknown]>([
  ["a UserError", "user", new UserError("X", "x")],
  ["a LibcnbError about the app", "user", new LibcnbError("APP_FILE_INVALID", "x")],
  ["a LibcnbError about a build's result", "author", new LibcnbError("BUILD_RESULT_INVALID", "x")],
  ["a TypeError", "author", new TypeError("x")],
  ["a thrown string", "author", "text"],
  ["an InternalError", "framework", new InternalError("x")],
  ["a failed download", "environment", new LibcnbError("DOWNLOAD_FAILED", "x")],
  ["an error of a system call", "environment", Object.assign(new Error("x"), { syscall: "write" })],
])("%s is attributed to the %s", ([, fault, error]) => {
  expect(faultOf(error)).toBe(fault);
});
