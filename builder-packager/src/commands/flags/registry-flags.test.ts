import { Command } from "commander";
import { expect, test } from "vitest";
import { recordingReporter } from "../../reporter.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./registry-flags.ts";

const context = () => ({
  env: { HOME: "/home/nobody-here" },
  signal: new AbortController().signal,
  reporter: recordingReporter(),
});

async function optionsFor(command: Command, args: readonly string[], { env, signal, reporter } = context()) {
  registryFlags(command)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.parse([...args], { from: "user" });
  const { warn, ...options } = await registryOptions(command.opts<RegistryFlags>(), { env, signal, reporter });
  return { env, options, reporter, signal, warn };
}

test.for<[string, readonly string[], object]>([
  ["returns empty settings without any flags", [], { insecure: [], caCertificates: [], mirrors: {} }],
  [
    "combines repeated flags",
    [
      "--insecure-registry",
      "a:5000",
      "--insecure-registry",
      "[::1]:5000",
      "--ca-cert",
      "ca.pem",
      "--ca-cert",
      "b.pem",
      "--registry-mirror",
      "docker.io=m1/hub",
      "--registry-mirror",
      "docker.io=m2",
      "--registry-mirror",
      "*=m3:5000",
    ],
    {
      insecure: ["a:5000", "[::1]:5000"],
      caCertificates: ["ca.pem", "b.pem"],
      mirrors: { "docker.io": ["m1/hub", "m2"], "*": ["m3:5000"] },
    },
  ],
])("the parser of registry flags %s", async ([, args, expected]) => {
  const { options, env, signal } = await optionsFor(new Command(), args);
  expect(options).toEqual({ env, signal, waiting: expect.any(Function), ...expected });
});

test("a command whose --ca-cert has another meaning has --registry-ca-cert for registries", async () => {
  const command = new Command().option("--ca-cert <file>", "for something else");
  const { options } = await optionsFor(command, ["--ca-cert", "other.pem", "--registry-ca-cert", "ca.pem"]);
  expect(options.caCertificates).toEqual(["ca.pem"]);
  const other = await optionsFor(new Command().option("--ca-cert <file>"), ["--ca-cert", "x"]);
  expect(other.options.caCertificates).toEqual([]);
});

test("registry warnings are shown to the user", async () => {
  const { warn, reporter } = await optionsFor(new Command(), []);
  warn?.("r.example says: soon");
  expect(reporter.lines).toEqual(["warn: r.example says: soon"]);
});

test.for<[string, readonly string[], string]>([
  ["a scheme in --insecure-registry", ["--insecure-registry", "http://a:5000"], "Use HOST or HOST:PORT."],
  ["a path in --insecure-registry", ["--insecure-registry", "a/b"], "Use HOST or HOST:PORT."],
  ["a --registry-mirror without a host", ["--registry-mirror", "m"], "Use HOST=MIRROR."],
  ["a --registry-mirror without a mirror", ["--registry-mirror", "docker.io="], "Use HOST=MIRROR."],
  ["a scheme in --registry-mirror", ["--registry-mirror", "docker.io=https://m"], "Use HOST or HOST:PORT."],
])("a command line with %s is refused", async ([, args, words]) => {
  await expect(optionsFor(new Command(), args)).rejects.toThrow(words);
});
