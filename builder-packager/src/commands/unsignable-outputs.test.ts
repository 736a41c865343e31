import { expect, test } from "vitest";
import { cnbInProcess } from "../../../test/support/cnb-in-process.ts";

const many = "--sign-key and --signing-config cannot be used with --from or --filter, because they sign only one image";
const file = "cannot sign a .cnb file while it is written";

test.for<[string, readonly string[], string, string]>([
  ["cnb rebase --from with a key", ["rebase", "--from", "x", "--sign-key", "k"], many, "ARGUMENT_INVALID"],
  ["cnb rebase --from with an identity", ["rebase", "--from", "x", "--signing-config", "c"], many, "ARGUMENT_INVALID"],
  [
    "cnb rebase --filter with an identity",
    ["rebase", "--filter", "registry.test/*", "--signing-config", "c"],
    many,
    "ARGUMENT_INVALID",
  ],
  [
    "cnb rebase --from with a command without its key",
    ["rebase", "--from", "x", "--sign-key-command", "false"],
    "--sign-key-command also needs the public key",
    "ARGUMENT_INVALID",
  ],
  [
    "cnb buildpack package with a key",
    ["buildpack", "package", ".", "--sign-key", "k"],
    file,
    "IMAGE_REFERENCE_UNSUPPORTED",
  ],
  [
    "cnb buildpack package with an identity",
    ["buildpack", "package", ".", "--output", "web.cnb", "--signing-config", "c"],
    file,
    "IMAGE_REFERENCE_UNSUPPORTED",
  ],
  [
    "cnb extension package with an identity",
    ["extension", "package", ".", "--signing-config", "c"],
    file,
    "IMAGE_REFERENCE_UNSUPPORTED",
  ],
  ["cnb sign with an empty key", ["sign", "app:1", "--key", ""], "--key is empty", "ARGUMENT_INVALID"],
  [
    "cnb build with an empty key",
    ["build", "oci:x", "--builder", "oci:b", "--sign-key", ""],
    "--sign-key is empty",
    "ARGUMENT_INVALID",
  ],
  [
    "cnb builder create with an empty signing configuration",
    ["builder", "create", "oci:x", "--signing-config", " "],
    "--signing-config is empty",
    "ARGUMENT_INVALID",
  ],
  ["cnb rebase with an empty policy", ["rebase", "oci:x", "--policy", ""], "--policy is empty", "ARGUMENT_INVALID"],
])("%s fails before it reads a file if it cannot sign or check its outputs", async ([, args, message, code]) => {
  const { exitCode, stderr } = await cnbInProcess(args, { cwd: "/", env: {} });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(message);
  expect(stderr).toContain(`CODE: ${code}`);
});
