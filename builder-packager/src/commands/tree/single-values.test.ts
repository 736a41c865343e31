import type { Command, Option } from "commander";
import { expect, test } from "vitest";
import { cnbInProcess } from "../../../../test/support/cnb-in-process.ts";
import { commandTree } from "../../cli.ts";

const signer = ["--certificate-oidc-issuer", "https://issuer.test", "--trusted-root", "root.json"];

test.for<[string, readonly string[], string]>([
  [
    "cnb verify",
    ["verify", "app:1", "--certificate-identity", "a", "--certificate-identity", "b", ...signer],
    '--certificate-identity has one value, but two are given: "a" and "b"',
  ],
  [
    "cnb sign",
    ["sign", "app:1", "-k", "one.pem", "--key=two.pem"],
    '--key has one value, but two are given: "one.pem" and "two.pem"',
  ],
  [
    "cnb build",
    ["build", "oci:x", "--builder", "oci:a", "-Boci:b"],
    '--builder has one value, but two are given: "oci:a" and "oci:b"',
  ],
  [
    "cnb build with an empty value",
    ["build", "oci:x", "--builder", "oci:a", "--builder", ""],
    '--builder has one value, but two are given: "oci:a" and ""',
  ],
  [
    "cnb image manifest",
    ["image", "manifest", "app:1", "--platform", "linux/amd64", "--platform", "linux/arm64"],
    '--platform has one value, but two are given: "linux/amd64" and "linux/arm64"',
  ],
])("%s refuses two values of an option that has one value", async ([, args, message]) => {
  const { exitCode, stderr } = await cnbInProcess(args, { cwd: "/", env: {} });
  expect(stderr).toContain(`ERROR: ${message}\nHINT: Pass --`);
  expect(stderr).toContain("CODE: ARGUMENT_INVALID");
  expect(exitCode).toBe(3);
});

test("cnb verify accepts the same value of an option twice", async () => {
  const key = ["--type", "vuln", "--type", "vuln", "--key", "/nonexistent.pem"];
  const { stderr } = await cnbInProcess(["verify", "app:1", ...key], { cwd: "/", env: {} });
  expect(stderr).toContain("CODE: SIGNING_KEY_INVALID");
});

/** The options of a command and of its subcommands, with the words of their command. */
const optionsOf = (command: Command, words: string): readonly (readonly [string, Option])[] => [
  ...command.options.map((option) => [words, option] as const),
  ...command.commands.flatMap((child) => optionsOf(child, `${words} ${child.name()}`)),
];

test("the help of each option with a list as its default marks it as repeatable", async () => {
  const lists = optionsOf(await commandTree([]), "cnb").filter(([, { defaultValue }]) => {
    return typeof defaultValue === "object" && defaultValue !== null;
  });
  const unmarked = lists.filter(([, { description }]) => !description.includes("repeatable"));
  expect(lists.length).toBeGreaterThan(10);
  expect(unmarked.map(([words, { flags }]) => `${words} ${flags}`)).toEqual([]);
});
