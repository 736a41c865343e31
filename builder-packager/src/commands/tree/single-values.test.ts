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
    "cnb check",
    ["check", "oci:x", "--policy", "strict.toml", "--policy", ""],
    '--policy has one value, but two are given: "strict.toml" and ""',
  ],
])("%s refuses two values of an option that decides what it trusts", async ([, args, message]) => {
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

test("cnb uses the last value of other options, as pack does", async () => {
  const args = ["image", "manifest", "oci:/nonexistent", "--platform", "linux/amd64", "--platform", "linux/arm64"];
  const { stderr } = await cnbInProcess(args, { cwd: "/", env: {} });
  expect(stderr).toContain("ERROR: /nonexistent is not an OCI layout");
});

test("the option --policy of every command has one value", async () => {
  const policies = optionsOf(await commandTree([]), "cnb").filter(([, { long }]) => long === "--policy");
  expect(policies.length).toBeGreaterThan(1);
  expect(policies.filter(([, { defaultValue }]) => Array.isArray(defaultValue))).toEqual([]);
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
