import { expect, test } from "vitest";
import { cnbInProcess } from "../../../test/support/cnb-in-process.ts";

test.for<[string, readonly string[], string]>([
  ["no option", [], "the signer is not given"],
  [
    "only --certificate-identity",
    ["--certificate-identity", "release@example.com"],
    "a keyless signer also needs --certificate-oidc-issuer and --trusted-root",
  ],
  [
    "all keyless options except --certificate-identity",
    ["--certificate-oidc-issuer", "https://accounts.example.com", "--trusted-root", "root.json"],
    "a keyless signer also needs --certificate-identity",
  ],
])("cnb verify with %s names the missing options", async ([, args, message]) => {
  const { exitCode, stderr } = await cnbInProcess(["verify", "registry.test/app:1", ...args], { cwd: "/", env: {} });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(`${message}\n`);
  expect(stderr).toContain("CODE: ARGUMENT_INVALID");
});
