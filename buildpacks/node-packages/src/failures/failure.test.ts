import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ManagerName } from "@libcnb/node-app";
import { renderError } from "libcnb";
import { describe, expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";
import { installFailure, scriptFailure } from "./failure.ts";

describe("the error of a failed package manager or script contains a hint to fix the failure", () => {
  test("for an outdated lockfile", () => {
    const output = `npm error code EUSAGE
npm error
npm error \`npm ci\` can only install packages when your package.json and package-lock.json are in sync.
npm error
npm error Missing: ms@2.1.3 from lock file
npm error
npm error Clean install a project
npm error
npm error Usage:
npm error npm ci
npm error A complete log of this run can be found in: /cache/_logs/debug-0.log`;
    expect(renderError(installFailure("npm", { exitCode: 1, output }, { lockfile: "npm-shrinkwrap.json" }))).toBe(
      `ERROR: npm-shrinkwrap.json does not match package.json (PACKAGES_LOCKFILE_OUT_OF_SYNC)
  caused by: the tool ended with exit code 1
HINT: Run "npm install" and commit the changed npm-shrinkwrap.json.
`,
    );
  });

  test("for a missing command", () => {
    const output = "> app@1.0.0 build\n> tsc\n\nsh: 1: tsc: not found";
    expect(renderError(scriptFailure("pnpm", "build", { exitCode: 127, output }))).toBe(
      `ERROR: the script "build" of package.json calls tsc, which is not installed (SCRIPT_COMMAND_UNKNOWN)
  caused by: the tool ended with exit code 127
HINT: Add the package that provides it to package.json: "pnpm add --save-dev typescript".
`,
    );
  });

  test("for an unknown error code of npm", () => {
    expect(
      renderError(installFailure("npm", { exitCode: 1, output: "npm error code EWHAT\nnpm error who knows" })),
    ).toBe(
      `ERROR: npm could not install the dependencies (EWHAT) (PACKAGES_INSTALL_FAILED)
  caused by: the tool ended with exit code 1
HINT: Correct the errors that npm reports. To reproduce them, run the same command in a fresh clone of the app.
`,
    );
  });
});

test.for<[string, Parameters<typeof installFailure>, string]>([
  [
    "npm's output in JSON",
    ["npm", { exitCode: 1, output: '{\n  "error": {\n    "code": "E404",\n' }],
    "PACKAGES_UNKNOWN",
  ],
  [
    "the output of an older npm",
    ["npm", { exitCode: 1, output: "npm ERR! code ENOSPC\nnpm ERR! nospc" }],
    "BUILD_DISK_FULL",
  ],
  ["SIGKILL", ["yarn", { exitCode: undefined, signal: "SIGKILL", output: "" }], "BUILD_OUT_OF_MEMORY"],
  [
    "SIGKILL of a child process of a shell, which exits with 137",
    ["pnpm", { exitCode: 137, output: "ELIFECYCLE" }],
    "BUILD_OUT_OF_MEMORY",
  ],
  ["a file without permission", ["npm", { exitCode: 243, output: "npm error code EACCES" }], "PACKAGES_FILE_FORBIDDEN"],
  [
    "a missing compiler that make calls",
    ["npm", { exitCode: 1, output: "make: g++: No such file or directory\ngyp ERR! build error" }],
    "NATIVE_COMPILER_MISSING",
  ],
  ["missing output as an unknown failure", ["bun", { exitCode: 9, output: "" }], "PACKAGES_INSTALL_FAILED"],
])("an installation failure is recognized by %s", ([, given, code]) => {
  expect(installFailure(...given).code).toBe(code);
});

describe("the error about an unreachable host names the host", () => {
  const npmTarball =
    "npm error code ENOTFOUND\nnpm error network request to https://codeload.github.com/u/r/tar.gz/0123456789 failed, reason: getaddrinfo ENOTFOUND codeload.github.com";
  const prebuilt = `npm error path /workspace/node_modules/canvas
npm error command failed
npm error command sh -c prebuild-install -r napi || node-gyp rebuild
npm error prebuild-install warn install getaddrinfo ENOTFOUND github.com
npm error gyp ERR! configure error
npm error gyp ERR! not ok`;
  test.for<[string, ManagerName, string, string, string]>([
    [
      "of a dependency that is an archive",
      "npm",
      npmTarball,
      "PACKAGES_HOST_UNREACHABLE",
      "codeload.github.com, from which a dependency or an install script downloads, could not be reached",
    ],
    [
      "of a dependency that is an archive, with pnpm",
      "pnpm",
      " WARN  GET https://codeload.github.com/u/r/tar.gz/01 error (ENOTFOUND). Will retry in 10 seconds. 2 retries left.\nFetchError: request to https://codeload.github.com/u/r/tar.gz/01 failed, reason: getaddrinfo ENOTFOUND codeload.github.com",
      "PACKAGES_HOST_UNREACHABLE",
      "codeload.github.com, from which",
    ],
    [
      "of a dependency that is an archive, with Yarn 1",
      "yarn",
      "info There appears to be trouble with your network connection. Retrying...\nerror Error: getaddrinfo ENOTFOUND codeload.github.com",
      "PACKAGES_HOST_UNREACHABLE",
      "codeload.github.com, from which",
    ],
    [
      "of a dependency that is a release on another host",
      "npm",
      "npm error network request to https://files.test/app/releases/download/v1/x.tgz failed, reason: connect ETIMEDOUT 10.0.0.1:443",
      "PACKAGES_HOST_UNREACHABLE",
      "files.test, from which",
    ],
    [
      "of a git repository over SSH",
      "npm",
      "npm error code 128\nnpm error An unknown git error occurred\nnpm error ssh: Could not resolve hostname git.test: Name or service not known",
      "PACKAGES_HOST_UNREACHABLE",
      "git.test, from which",
    ],
    [
      "of a git repository over HTTPS",
      "yarn",
      "error Command failed.\nExit code: 128\nfatal: unable to access 'https://github.com/u/r.git/': Could not resolve host: github.com",
      "PACKAGES_HOST_UNREACHABLE",
      "github.com, from which",
    ],
    [
      "of a prebuilt binary",
      "npm",
      prebuilt,
      "NATIVE_BINARY_UNREACHABLE",
      'github.com, which has the prebuilt binary of the package "canvas", could not be reached',
    ],
    [
      "of an install script's download",
      "npm",
      "npm error path /w/node_modules/cypress\nnpm error command failed\nnpm error Error: getaddrinfo EAI_AGAIN download.cypress.io",
      "PACKAGES_HOST_UNREACHABLE",
      "download.cypress.io, from which",
    ],
    [
      "of the registry",
      "npm",
      "npm error code ENOTFOUND\nnpm error network request to https://npm.company.test/api/npm/all/left-pad failed, reason: getaddrinfo ENOTFOUND npm.company.test",
      "PACKAGES_REGISTRY_UNREACHABLE",
      "the package registry (npm.company.test) could not be reached",
    ],
    [
      "of an archive in the registry",
      "npm",
      "npm error network request to https://npm.company.test/left-pad/-/left-pad-1.3.0.tgz failed, reason: connect ECONNREFUSED 10.0.0.1:443",
      "PACKAGES_REGISTRY_UNREACHABLE",
      "the package registry (npm.company.test)",
    ],
    [
      "only if the output mentions a host",
      "npm",
      "npm error path /w/node_modules/bcrypt\nnpm error gyp ERR! build error",
      "NATIVE_BUILD_FAILED",
      'the package "bcrypt" could not be compiled',
    ],
  ])("%s", ([, manager, output, code, message]) => {
    const error = installFailure(manager, { exitCode: 1, output });
    expect([error.code, error.message.slice(0, message.length)]).toEqual([code, message]);
  });

  test("of a download in a script of the app", () => {
    const output = "Failed to fetch `Inter` from Google Fonts.\nError: getaddrinfo ENOTFOUND fonts.googleapis.com";
    expect(scriptFailure("npm", "build", { exitCode: 1, output })).toMatchObject({
      code: "SCRIPT_HOST_UNREACHABLE",
      message: 'the script "build" of package.json failed because fonts.googleapis.com could not be reached',
    });
  });
});

test("if one of several concurrent install scripts fails, the error names this script", () => {
  const at = (name: string) => `.../${name}@1.0.0/node_modules/${name}`;
  const gyp = (name: string) =>
    `${at(name)} install: gyp ERR! cwd /workspace/node_modules/.pnpm/${name}@1.0.0/node_modules/${name}`;
  const started = `${at("sharp")} install$ node install/check\n${at("bcrypt")} install$ node-gyp rebuild\n${at("other")} install$ node x`;
  const rest = [
    `${started}\n${gyp("bcrypt")}\n${at("bcrypt")} install: gyp ERR! not ok`,
    `${started}\n${at("bcrypt")} install: Failed\n ELIFECYCLE  Command failed with exit code 1.`,
    `${started}\n${at("other")} install: Done\n ELIFECYCLE  Command failed with exit code 1.`,
  ];
  for (const output of rest)
    expect(installFailure("pnpm", { exitCode: 1, output }).message).toContain('the package "bcrypt"');
});

test.for<[string, number, string, string, string]>([
  [
    "errors of TypeScript",
    2,
    "src/a.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.",
    "SCRIPT_TYPES_WRONG",
    'the script "build" of package.json failed because of TypeScript errors',
  ],
  [
    "a missing module",
    1,
    "Error: Cannot find module 'left-pad'\nRequire stack:",
    "SCRIPT_MODULE_UNKNOWN",
    'the script "build" of package.json needs left-pad, which does not exist',
  ],
  [
    "a file that a bundler does not find",
    1,
    "Module not found: Error: Can't resolve './Button' in '/workspace/src'",
    "SCRIPT_MODULE_UNKNOWN",
    'the script "build" of package.json needs ./Button, which does not exist',
  ],
  [
    "a webpack that is too old for this Node.js",
    1,
    "  code: 'ERR_OSSL_EVP_UNSUPPORTED'",
    "SCRIPT_OPENSSL_LEGACY",
    'the script "build" of package.json uses a tool that is too old for this version of Node.js',
  ],
  [
    "an exhausted heap",
    134,
    "FATAL ERROR: … JavaScript heap out of memory",
    "BUILD_OUT_OF_MEMORY",
    "the build ran out of memory",
  ],
  [
    "SIGTERM of a child process of a shell",
    143,
    "Terminated",
    "SCRIPT_KILLED",
    'the script "build" of package.json was terminated by a signal',
  ],
  [
    "a missing command in Yarn's shell",
    127,
    "command not found: vite",
    "SCRIPT_COMMAND_UNKNOWN",
    'the script "build" of package.json calls vite, which is not installed',
  ],
  [
    "a missing command in bash",
    127,
    "/usr/bin/bash: line 1: ng: command not found",
    "SCRIPT_COMMAND_UNKNOWN",
    'the script "build" of package.json calls ng, which is not installed',
  ],
  ["no output at all", 1, "", "SCRIPT_FAILED", 'the script "build" of package.json failed'],
])("the error of a failed script distinguishes %s", ([, exitCode, output, code, message]) => {
  const error = scriptFailure("npm", "build", { exitCode, output });
  expect([error.code, error.message]).toEqual([code, message]);
});

test("the error distinguishes a failed install script of the app from a failed install script of a package", () => {
  const end = { exitCode: 3, output: 'error: postinstall script from "shop" exited with 3' };
  expect(installFailure("bun", end, { app: "shop" }).message).toBe("an install script of the app failed");
  expect(installFailure("bun", end).message).toBe('an install script of the package "shop" failed');
});

test("the buildpack's reference page lists each error code with the description from catalogue.ts", () => {
  const page = readFileSync(
    join(import.meta.dirname, "../../../../docs/reference/buildpacks/node-packages.md"),
    "utf8",
  );
  const rows = page.match(/^\| `(?:PACKAGES|NATIVE|BUILD|SCRIPT)_\w+` \| .* \|$/gm);
  expect(rows).toEqual(
    expect.arrayContaining(Object.entries(catalogue).map(([id, { when }]) => `| \`${id}\` | ${when} |`)),
  );
});

test("the output of a failed installation or script is parsed in linear time", () => {
  const hostile = `${"npm error path /node_modules/".repeat(5_000)}\n${"gyp http GET xheaders.tar.gz ".repeat(5_000)}${": ".repeat(50_000)}`;
  expect(installFailure("npm", { exitCode: 1, output: hostile }).code).toBe("PACKAGES_INSTALL_FAILED");
  expect(scriptFailure("npm", "build", { exitCode: 1, output: hostile }).code).toBe("SCRIPT_FAILED");
});
