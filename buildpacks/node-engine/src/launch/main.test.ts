// @needs processes
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const program = join(import.meta.dirname, "main.cjs");
const limited = { "sys/fs/cgroup/memory.max": "536870912", "sys/fs/cgroup/cpu.max": "100000 100000" };
const machine = `MEMORY_AVAILABLE = "${Math.floor(totalmem() / 1024 ** 2)}"`;

interface Inputs {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs the program as the launcher does, but for the root of the system. */
function start({ env = {}, files = {} }: Inputs) {
  const root = mkdtempSync(join(tmpdir(), "libcnb-launch-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const { status, stdout, stderr, output } = spawnSync(process.execPath, [program, root], {
      env,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      encoding: "utf8",
    });
    return {
      status,
      said: stdout + stderr,
      variables: (output[3] ?? "").replaceAll(root, "").split("\n").slice(0, -1),
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test.for<[string, Inputs, readonly string[]]>([
  [
    "a container with limits",
    { files: limited },
    [
      'MEMORY_AVAILABLE = "512"',
      'WEB_MEMORY = "512"',
      'WEB_CONCURRENCY = "1"',
      'NODE_OPTIONS = "--max-old-space-size=384"',
    ],
  ],
  [
    "options of the user are kept, whatever they are",
    {
      files: limited,
      env: { NODE_OPTIONS: '--title="a\x7f\\b"', BPL_DEBUG_ENABLED: "true", WEB_CONCURRENCY: "3", WEB_MEMORY: "1" },
    },
    [
      'MEMORY_AVAILABLE = "512"',
      'NODE_OPTIONS = "--title=\\"a\\u007f\\\\b\\" --max-old-space-size=384 --inspect=127.0.0.1:9229"',
    ],
  ],
  [
    "a certificate of a binding",
    {
      env: { WEB_CONCURRENCY: "1", WEB_MEMORY: "1" },
      files: {
        "platform/bindings/a/type": "ca-certificates",
        "platform/bindings/a/x.pem": "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----",
      },
    },
    [machine, 'NODE_EXTRA_CA_CERTS = "/platform/bindings/a/x.pem"'],
  ],
  [
    "certificates of the user",
    {
      env: { WEB_CONCURRENCY: "1", WEB_MEMORY: "1", NODE_EXTRA_CA_CERTS: "/dev/null" },
      files: { "platform/bindings/a/type": "ca-certificates", "platform/bindings/a/x.pem": "x" },
    },
    [machine],
  ],
])("the launch helper: %s", ([, given, expected]) => {
  expect(start(given)).toEqual({ status: 0, said: "", variables: expected });
});

test("the launch helper fails without the launcher, but the app starts", () => {
  const unwritable = openSync("/dev/null", "r");
  const stdio = ["ignore", "ignore", "pipe", unwritable] as const;
  const { status, stderr } = spawnSync(process.execPath, [program], { env: {}, stdio: [...stdio], encoding: "utf8" });
  closeSync(unwritable);
  expect([status, stderr]).toEqual([
    0,
    "WARNING: limits of the container are unknown to the app: EBADF: bad file descriptor, write\n",
  ]);
});
