import { expect, test } from "vitest";
import { npmProblem } from "./npm-error.ts";

const output = (code: string, line: string) => `npm warn x\nnpm error code ${code}\nnpm error ${line}\n`;

test.for<[string, string, string, string]>([
  [
    "a package that the registry lacks",
    output("E404", "404 Not Found - GET https://npm.example.com/@libcnb%2fpackager - no such package available"),
    "https://npm.example.com does not have the package @libcnb/packager",
    "Use a registry that has the package, or a directory with the packages as files: --registry URL or --packages DIR.",
  ],
  [
    "a missing package without an address",
    output("E404", "404 'libcnb@0.1.0' is not in this registry."),
    "the npm registry does not have a package that the project needs",
    "Use a registry that has the package, or a directory with the packages as files: --registry URL or --packages DIR.",
  ],
  [
    "a missing version",
    output("ETARGET", "notarget No matching version found for libcnb@0.1.0."),
    "the npm registry does not have the version that the project needs",
    "Update the registry's copy of the package, or use another one: --registry URL or --packages DIR.",
  ],
  [
    "a registry that requires a login",
    output("E401", "401 Unauthorized - GET https://npm.example.com/libcnb"),
    "https://npm.example.com requires a login",
    "Log in: npm login --registry https://npm.example.com.",
  ],
  [
    "a registry that refuses access",
    output("E403", "403 Forbidden - GET https://npm.example.com/libcnb"),
    "https://npm.example.com refuses access",
    "Ask its administrator for access to the package.",
  ],
  [
    "a registry that cannot be reached",
    output("ECONNREFUSED", "FetchError: request to http://127.0.0.1:1/libcnb failed, reason: connect ECONNREFUSED"),
    "http://127.0.0.1:1 cannot be reached (ECONNREFUSED)",
    "Check the address of the registry, and npm's settings for proxy and cafile.",
  ],
])("an npm error is explained for %s", ([, text, message, hint]) => {
  expect(npmProblem(text)).toEqual({ message, hint });
});

test("an npm error is not explained if the registry is not its cause", () => {
  expect(npmProblem(output("ELIFECYCLE", "a script failed"))).toBeUndefined();
  expect(npmProblem("")).toBeUndefined();
});
