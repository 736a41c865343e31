// @needs processes
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { execD } from "libcnb/testing";
import { expect, test } from "vitest";
import node from "../exec.d/node.ts";
import { variablesFor } from "./variables.ts";

const limited = { "sys/fs/cgroup/memory.max": "536870912", "sys/fs/cgroup/cpu.max": "100000 100000" };
const machine = `MEMORY_AVAILABLE = ${Math.floor(totalmem() / 1024 ** 2)}`;

interface Inputs {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly firstProcess?: string;
}

/** Runs the program, but for the root of the system. */
async function start({ env = {}, files = {}, firstProcess }: Inputs) {
  const root = mkdtempSync(join(tmpdir(), "libcnb-launch-"));
  const warnings: string[] = [];
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const variables = await variablesFor(env, { root, firstProcess, warn: (text) => void warnings.push(text) });
    const lines = Object.entries(variables).map(([name, value]) => `${name} = ${value}`.replaceAll(root, ""));
    return { warnings, variables: lines };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test.for<[string, Inputs, readonly string[]]>([
  [
    "sets environment variables by the container's limits",
    { files: limited },
    ["MEMORY_AVAILABLE = 512", "WEB_MEMORY = 512", "WEB_CONCURRENCY = 1", "NODE_OPTIONS = --max-old-space-size=384"],
  ],
  [
    "keeps the user's options and environment variables",
    {
      files: limited,
      env: { NODE_OPTIONS: '--title="a\x7f\\b"', BPL_DEBUG_ENABLED: "true", WEB_CONCURRENCY: "3", WEB_MEMORY: "1" },
    },
    ["MEMORY_AVAILABLE = 512", 'NODE_OPTIONS = --title="a\x7f\\b" --max-old-space-size=384 --inspect=127.0.0.1:9229'],
  ],
  [
    "sets NODE_EXTRA_CA_CERTS to the certificate of a binding",
    {
      env: { WEB_CONCURRENCY: "1", WEB_MEMORY: "1" },
      files: {
        "platform/bindings/a/type": "ca-certificates",
        "platform/bindings/a/x.pem": "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----",
      },
    },
    [machine, "NODE_EXTRA_CA_CERTS = /platform/bindings/a/x.pem"],
  ],
  [
    "keeps the user's NODE_EXTRA_CA_CERTS",
    {
      env: { WEB_CONCURRENCY: "1", WEB_MEMORY: "1", NODE_EXTRA_CA_CERTS: "/dev/null" },
      files: { "platform/bindings/a/type": "ca-certificates", "platform/bindings/a/x.pem": "x" },
    },
    [machine],
  ],
  [
    "lets an app that is the first process load the module for signals",
    { env: { WEB_CONCURRENCY: "1", WEB_MEMORY: "1", MEMORY_AVAILABLE: "1" }, files: {}, firstProcess: "/first.cjs" },
    ["NODE_OPTIONS = --require=/first.cjs"],
  ],
])("the launch helper of node-engine %s", async ([, given, expected]) => {
  expect(await start(given)).toEqual({ warnings: [], variables: expected });
});

test("the launch helper of node-engine is an exec.d program", async () => {
  const { variables } = await execD(node, { env: { WEB_CONCURRENCY: "3", NODE_EXTRA_CA_CERTS: "/own.pem" } });
  expect(variables).toMatchObject({ WEB_MEMORY: expect.stringMatching(/^(512|2048)$/) });
});
