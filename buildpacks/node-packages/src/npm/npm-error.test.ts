import { renderError } from "libcnb";
import { describe, expect, test } from "vitest";
import { installError, npmFailure } from "./npm-error.ts";

describe("npm's failure", () => {
  test.for<[string, string, ReturnType<typeof npmFailure>]>([
    [
      "is read from JSON",
      '{\n  "error": {\n "code": "E404", "summary": "Not Found", "detail": "" } }',
      { code: "E404", summary: "Not Found", detail: "" },
    ],
    [
      "is found behind a script's output",
      'hello {\n{ "error": { "summary": "s" } }',
      { code: "", summary: "s", detail: "" },
    ],
    ["is unknown without JSON", "killed", undefined],
    ["is unknown in broken JSON", '{ "error": { "code": ', undefined],
  ])("%s", ([, stdout, failure]) => {
    expect(npmFailure(stdout)).toEqual(failure);
  });
});

test.for<[string, string, string]>([
  [
    "ERESOLVE",
    "could not resolve",
    `ERROR: the dependencies in package.json contradict each other (NPM_DEPENDENCIES_CONFLICT)
  caused by: could not resolve
HINT: Run "npm install", settle the conflict that it shows, and commit package.json and package-lock.json.
`,
  ],
  [
    "E404",
    "ms@9 is not in this registry.",
    `ERROR: the npm registry does not have a package in the version that the app asks for (NPM_PACKAGE_UNKNOWN)
  caused by: ms@9 is not in this registry.
HINT: Check its name and version, and that NPM_CONFIG_REGISTRY is the registry that has it.
`,
  ],
  [
    "E401",
    "",
    `ERROR: the npm registry refused access to a package (NPM_REGISTRY_DENIED)
HINT: Put a line with the token's variable into the app's .npmrc, and set that variable for the build.
`,
  ],
  [
    "ECONNREFUSED",
    "connect ECONNREFUSED",
    `ERROR: the npm registry could not be reached (NPM_REGISTRY_UNREACHABLE)
  caused by: connect ECONNREFUSED
HINT: Check the network, or set NPM_CONFIG_REGISTRY, HTTPS_PROXY and NO_PROXY for the build.
`,
  ],
  [
    "EUSAGE",
    "npm ci can only\n\nMissing: ms@2 from lock file\nInvalid: lock file's a@1 does not satisfy a@2\n\nUsage:\n",
    `ERROR: package-lock.json does not fit package.json (NPM_LOCKFILE_OUT_OF_SYNC)
  caused by: Missing: ms@2 from lock file; Invalid: lock file's a@1 does not satisfy a@2
HINT: Run "npm install" and commit the changed package-lock.json.
`,
  ],
  [
    "EWHAT",
    "who knows",
    `ERROR: npm could not install the dependencies (EWHAT) (NPM_INSTALL_FAILED)
  caused by: who knows
HINT: Correct what npm complains about; the same command fails in a fresh clone of the app.
`,
  ],
])("%s is explained", ([code, summary, text]) => {
  expect(renderError(installError({ code, summary, detail: "" }, "package-lock.json"))).toBe(text);
});
