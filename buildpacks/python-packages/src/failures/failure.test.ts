import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderError } from "libcnb";
import { describe, expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";
import { installFailure } from "./failure.ts";

describe("the error of a failed installation", () => {
  test("shows the command that updates an outdated lockfile", () => {
    const output =
      "Resolved 2 packages in 54ms\nerror: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.\n";
    expect(renderError(installFailure("uv", { exitCode: 1, output }))).toBe(
      `ERROR: uv.lock does not match pyproject.toml (PACKAGES_LOCKFILE_OUT_OF_SYNC)
  caused by: the tool ended with exit code 1
HINT: Run "uv lock" and commit the changed uv.lock.
`,
    );
  });

  test("names the requirements file", () => {
    const output = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.";
    const { message } = installFailure("pip", { exitCode: 1, output }, { lockfile: "requirements/prod.txt" });
    expect(message).toBe("a downloaded package does not match its digest in requirements/prod.txt");
  });

  test("shows the exit code of an unknown failure", () => {
    expect(renderError(installFailure("poetry", { exitCode: 3, output: "who knows\nAdd '-v' to see more" }))).toBe(
      `ERROR: Poetry could not install the packages (exit code 3) (PACKAGES_INSTALL_FAILED)
  caused by: the tool ended with exit code 3
HINT: Correct the errors that Poetry reports. To reproduce them, run the same command in a fresh clone of the app.
`,
    );
  });
});

// pip prints the first, and writes the second into its log
const missing = "ERROR: No matching distribution found for good==1.0";
const fetched = "2026-11-22T02:11:40,270 Could not fetch URL http://127.0.0.1:8080/simple/good/: ";

test.for<[string, Parameters<typeof installFailure>, string]>([
  ["a tool killed by SIGKILL", ["uv", { exitCode: undefined, signal: "SIGKILL", output: "" }], "BUILD_OUT_OF_MEMORY"],
  ["exit code 137", ["pip", { exitCode: 137, output: missing }], "BUILD_OUT_OF_MEMORY"],
  [
    "a tool ended by a signal other than SIGKILL",
    ["pip", { exitCode: undefined, signal: "SIGTERM", output: "" }],
    "PACKAGES_INSTALL_FAILED",
  ],
  [
    "an index without the package",
    ["pip", { exitCode: 1, output: missing }, { log: `${fetched}404 Client Error: Not Found for url: x - skipping` }],
    "PACKAGES_UNKNOWN",
  ],
  [
    "an index that refuses access",
    [
      "pip",
      { exitCode: 1, output: missing },
      { log: `${fetched}401 Client Error: Unauthorized for url: x - skipping` },
    ],
    "PACKAGES_REGISTRY_DENIED",
  ],
  [
    "an index that answers with status 500",
    [
      "pip",
      { exitCode: 1, output: missing },
      {
        log: `${fetched}HTTPConnectionPool(host='127.0.0.1', port=8080): Max retries exceeded with url: /simple/good/ (Caused by ResponseError('too many 500 error responses')) - skipping`,
      },
    ],
    "PACKAGES_REGISTRY_FAILED",
  ],
  [
    "an unknown cause if the log contains only unrelated errors",
    ["pip", { exitCode: 1, output: missing }, { log: "401 Client Error of old" }],
    "PACKAGES_UNKNOWN",
  ],
  [
    "a package that is missing from the app's directory of packages",
    ["pip", { exitCode: 1, output: missing }, { isOffline: true }],
    "PACKAGES_OFFLINE_MISSING",
  ],
  [
    "an outdated lockfile if the message is wrapped at the width of a terminal",
    ["pipenv", { exitCode: 1, output: "Your Pipfile.lock \n(a4a7) is out of \ndate. Expected: \n(950c)." }],
    "PACKAGES_LOCKFILE_OUT_OF_SYNC",
  ],
  [
    "a failed installation if a Python module is missing outside a package's build",
    ["uv", { exitCode: 1, output: "ModuleNotFoundError: No module named 'x'" }],
    "PACKAGES_INSTALL_FAILED",
  ],
  // what compilers and packages say that take too long to build in a test
  [
    "a missing native library if psycopg2 does not find pg_config",
    ["pip", { exitCode: 1, output: "Error: pg_config executable not found." }],
    "NATIVE_LIBRARY_MISSING",
  ],
  [
    "a missing native library if mysqlclient does not find a pkg-config file",
    ["pip", { exitCode: 1, output: "Exception: Can not find valid pkg-config name." }],
    "NATIVE_LIBRARY_MISSING",
  ],
  [
    "missing headers of Python",
    ["pip", { exitCode: 1, output: "a.c:1:10: fatal error: Python.h: No such file or directory" }],
    "NATIVE_PYTHON_HEADERS_MISSING",
  ],
  [
    "missing Rust if maturin does not find Cargo",
    ["uv", { exitCode: 1, output: "Cargo, the Rust package manager, is not installed or is not on PATH." }],
    "NATIVE_RUST_MISSING",
  ],
  [
    "a compiler that was killed",
    ["pip", { exitCode: 1, output: "cc: fatal error: Killed signal terminated program cc1" }],
    "BUILD_OUT_OF_MEMORY",
  ],
])("a failed installation gets the error code for %s", ([, given, code]) => {
  expect(installFailure(...given).code).toBe(code);
});

describe("the error of a package build that failed in pip", () => {
  const printed = [
    "  Building wheel for bad2 (pyproject.toml): started",
    "  error: subprocess-exited-with-error",
    "  × Building wheel for bad2 (pyproject.toml) did not run successfully.",
    "  │ exit code: 1",
    "  ╰─> No available output.",
    "  ERROR: Failed building wheel for bad2",
    "Failed to build bad2",
  ].join("\n");
  const log = [
    "2026-11-23T01:07:03,285   Running command Preparing metadata (pyproject.toml)",
    "2026-11-23T01:07:03,290   running dist_info",
    "2026-11-23T01:07:03,335   Running command Building wheel for bad2 (pyproject.toml)",
    "2026-11-23T01:07:04,613   bad2.c:1:10: fatal error: nothere.h: No such file or directory",
    "2026-11-23T01:07:04,613       1 | #include <nothere.h>",
    "2026-11-23T01:07:04,613   compilation terminated.",
    "2026-11-23T01:07:04,800   ERROR: Building wheel for bad2 (pyproject.toml) exited with 1",
    "2026-11-23T01:07:04,826   cwd: /workspace/bad2",
  ].join("\n");

  test("contains the build's output from pip's log file", () => {
    expect(renderError(installFailure("pip", { exitCode: 1, output: printed }, { log }))).toBe(
      `ERROR: the package "bad2" must be compiled, and the build image lacks a library that it needs, or the headers of the library (NATIVE_LIBRARY_MISSING)
  caused by: the tool ended with exit code 1; its last lines of output:
    bad2.c:1:10: fatal error: nothere.h: No such file or directory
        1 | #include <nothere.h>
    compilation terminated.
HINT: Use a package with wheels (psycopg[binary] or psycopg2-binary for psycopg2, PyMySQL for mysqlclient), or a build image with the development package, such as libpq-dev. The run image then needs the library.
`,
    );
  });

  test.for([
    ["an empty log file", ""],
    ["a log file without the failed command", "2026-11-23T01:07:04,800   ERROR: Building wheel for bad2 exited with 1"],
    ["a log file that was cut off", log.split("\n").slice(0, 5).join("\n")],
  ])("contains the printed output if pip has %s", ([, text]) => {
    const { code, cause } = installFailure("pip", { exitCode: 1, output: printed }, { log: text ?? "" });
    expect([code, cause]).toEqual(["PACKAGES_BUILD_FAILED", "the tool ended with exit code 1"]);
  });
});

test("the error of a failed installation hides secrets in a package's build output", () => {
  const log = [
    "2026-11-23T01:07:03,335   Running command Building wheel for a (pyproject.toml)",
    "2026-11-23T01:07:04,613   from https://me:hunter2@index.test/simple with s3cret-given",
    "2026-11-23T01:07:04,800   ERROR: Building wheel for a (pyproject.toml) exited with 1",
  ].join("\n");
  const output = "  ╰─> No available output.";
  expect(installFailure("pip", { exitCode: 1, output }, { log, secrets: ["s3cret-given"] }).cause).toBe(
    `the tool ended with exit code 1; its last lines of output:
    from https://***@index.test/simple with ***`,
  );
});

test("the buildpack's reference page lists each code with its description in the catalogue", () => {
  const page = readFileSync(
    join(import.meta.dirname, "../../../../docs/reference/buildpacks/python-packages.md"),
    "utf8",
  );
  const rows = page.match(/^\| `\w+` \| .* \|$/gm);
  expect(rows).toEqual(
    expect.arrayContaining(Object.entries(catalogue).map(([id, { when }]) => `| \`${id}\` | ${when} |`)),
  );
});

test("the output of a failed installation is parsed in linear time", () => {
  const hostile = [
    "Your Pipfile.lock (".repeat(5_000),
    "Failed to build '".repeat(5_000),
    "Because a was ".repeat(5_000),
    "[".repeat(50_000),
    "command '".repeat(9_000),
    " \n".repeat(2_000),
  ].join("\n");
  for (const manager of ["pip", "uv", "poetry", "pipenv", "pdm"] as const)
    expect(installFailure(manager, { exitCode: 1, output: hostile }).code).toBe("PACKAGES_INSTALL_FAILED");
});
