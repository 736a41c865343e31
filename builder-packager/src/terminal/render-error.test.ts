import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { CnbError } from "../errors.ts";
import { exitCodeOf, renderError } from "./render-error.ts";

describe("an error that the user can fix", () => {
  const error = new CnbError("ARGUMENT_INVALID", "--path ./app is not a directory", {
    cause: new Error("ENOENT: no such file or directory"),
    hint: "Give the folder of the application.",
  });
  const libcnbError = Object.assign(new Error("no network"), { code: "DOWNLOAD_FAILED", exitCode: 1 });

  test("is printed with its message, cause, hint and code", () => {
    expect(renderError(error)).toBe(
      [
        "ERROR: --path ./app is not a directory",
        "  caused by: ENOENT: no such file or directory",
        "HINT: Give the folder of the application.",
        "CODE: ARGUMENT_INVALID",
        "",
      ].join("\n"),
    );
  });

  test.for([
    ["https://docs.example.com/cnb", error, "https://docs.example.com/cnb/errors.html#cnb-argument_invalid"],
    ["https://docs.example.com/", libcnbError, "https://docs.example.com/errors.html#download_failed"],
  ] as const)("is printed with a link to its code if the documentation is at %j", ([docs, thrown, address]) => {
    expect(renderError(thrown, { verbose: false, docs })).toMatch(new RegExp(`\nCODE: \\w+\nDOCS: ${address}\n$`));
  });

  test("ends the command with its own exit code", () => expect(exitCodeOf(error)).toBe(3));
});

test("control characters in an error message do not reach the terminal", () => {
  const hostile = "\u001b[2J\r\u009b31m\u202e\u0000";
  const error = new CnbError("ARGUMENT_INVALID", `a${hostile}`, {
    cause: new Error(`b${hostile}`),
    hint: `c\t${hostile}`,
  });
  const shown = "\\u001b[2J\\u000d\\u009b31m\\u202e\\u0000";
  expect(renderError(error)).toBe(
    `ERROR: a${shown}\n  caused by: b${shown}\nHINT: c\t${shown}\nCODE: ARGUMENT_INVALID\n`,
  );
});

test("an error cause that is a string is printed", () => {
  const error = new CnbError("ARGUMENT_INVALID", "--path is missing", {
    cause: new Error("no", { cause: "nothing given" }),
  });
  expect(renderError(error)).toBe(
    "ERROR: --path is missing\n  caused by: no\n  caused by: nothing given\nCODE: ARGUMENT_INVALID\n",
  );
});

describe("an unexpected error", () => {
  test("is printed with a request to report a bug", () => {
    expect(renderError(new TypeError("x is undefined"))).toMatch(
      /^ERROR: x is undefined\nThis is a bug in cnb\.[\s\S]*CODE: INTERNAL\n$/,
    );
  });

  test("ends the command with exit code 70", () => expect(exitCodeOf(new TypeError("x"))).toBe(70));
});

describe("an unexpected error of the operating system is printed with its reason and a hint for", () => {
  const caught = async (work: () => unknown): Promise<unknown> => {
    try {
      await work();
    } catch (error) {
      return error;
    }
    throw new Error("nothing was refused");
  };

  test.for([
    [
      "a missing file",
      () => readFileSync("/absent/file"),
      [
        "ERROR: cannot open /absent/file: it does not exist",
        "  caused by: ENOENT: no such file or directory, open '/absent/file'",
        "HINT: Check the path.",
      ],
    ],
    [
      "a directory that is read as a file",
      () => readFileSync(tmpdir()),
      [
        "ERROR: cannot read a file: it is a directory",
        "  caused by: EISDIR: illegal operation on a directory, read",
        "HINT: Use the path of a file.",
      ],
    ],
    [
      "a missing program",
      () => {
        throw Object.assign(new Error("spawn skopeo ENOENT"), {
          code: "ENOENT",
          errno: -2,
          syscall: "spawn skopeo",
          path: "skopeo",
        });
      },
      ["ERROR: cannot start skopeo: it does not exist", "  caused by: spawn skopeo ENOENT", "HINT: Check the path."],
    ],
    [
      "a system call without its own message",
      () => {
        throw Object.assign(new Error("ESPIPE: invalid seek, ftruncate"), {
          code: "ESPIPE",
          errno: -29,
          syscall: "ftruncate",
        });
      },
      [
        "ERROR: cannot ftruncate a file: invalid seek",
        "  caused by: ESPIPE: invalid seek, ftruncate",
        "HINT: Check the state of this machine, and try again.",
      ],
    ],
    [
      "a removed current directory",
      () => {
        throw Object.assign(new Error("ENOENT: no such file or directory, uv_cwd"), {
          code: "ENOENT",
          errno: -2,
          syscall: "uv_cwd",
        });
      },
      [
        "ERROR: the current directory no longer exists",
        "  caused by: ENOENT: no such file or directory, uv_cwd",
        "HINT: Change to a directory that exists.",
      ],
    ],
    [
      "a path with a NUL character",
      () => readFileSync("a\0b"),
      [
        "ERROR: the path of a file that cnb was given contains a NUL character",
        "  caused by: The argument 'path' must be a string, Uint8Array, or URL without null bytes. Received 'a\\x00b'",
        "HINT: Remove the NUL character from the path.",
      ],
    ],
  ] as const)("%s", async ([, work, lines]) => {
    const error = await caught(work);
    expect(renderError(error)).toBe(`${lines.join("\n")}\nCODE: SYSTEM_ERROR\n`);
    expect(exitCodeOf(error)).toBe(1);
  });
});
