// @needs busybox, bwrap
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inTemporaryDirectory } from "../../../framework/src/host/files/temporary-directory.ts";
import { writeFileMap } from "../../../framework/src/host/files/tree.ts";
import { execute } from "../../support/cnb.ts";
import { descriptor, executableOf } from "../../support/conformance/executable.ts";

const environment = 64 * 1024;
const megabyte = Buffer.alloc(1024 * 1024, "x");
const sha256 = createHash("sha256").update(megabyte).digest("hex");

const names = "cachedLayer, pass, s";
const building = (create: string) => `{
  detect: () => pass(),
  async build({ layers, download, run, log }) {
    const url = new URL(process.env.URL);
    await layers.provide(cachedLayer("x", { launch: true, metadata: s.anyTable }), { metadata: { format: 1 }, create: async ({ path }) => { ${create} } });
    return { processes: { web: { command: ["true"] } }, labels: process.env.LABEL ? { x: "x".repeat(1 << 20) } : {} };
  },
}`;
const downloading = building(`await download(url, { to: path + "/file", integrity: "sha256:${sha256}" });`);
const running = building(`await run("sh", ["-c", "head -c 1000000 /dev/zero > $0/zeros", path]);`);
const nothing = building("");

interface Inputs {
  readonly buildpack: string;
  /** The directory whose disk has little room. */
  readonly full: "layers" | "cache" | "traces";
  readonly env?: Readonly<Record<string, string>>;
  /** The requested URL, instead of a server's file. */
  readonly url?: string;
}

/** Runs build with a small disk; gives what it said, and the files on that disk. */
async function buildOnFullDisk({ buildpack, full, env = {}, url }: Inputs) {
  return serving(async (address) =>
    inTemporaryDirectory(async (root) => {
      const folders = { app: "", layers: "", cache: "", traces: "", platform: "" };
      await Promise.all(Object.keys(folders).map((name) => mkdir(join(root, name))));
      await writeFileMap(root, {
        "plan.toml": "",
        "file.bin": megabyte.toString(),
        "bp/buildpack.toml": descriptor,
        "bp/bin/main.mjs": executableOf(buildpack, names),
        "bp/bin/build": "-> main.mjs",
      });
      const script = `"$@"; echo "exit code $?"; cd ${root}/${full}; find . -type f | sort`;
      const sandbox = ["--bind", "/", "/", "--dev", "/dev", "--size", String(environment), "--tmpfs", join(root, full)];
      const node = [process.execPath, "--conditions=@libcnb/source", join(root, "bp/bin/build")];
      const variables = Object.entries(env).map(([name, value]) => [name, value.replace("<root>", root)]);
      const { stdout, stderr } = await execute("bwrap", [...sandbox, "sh", "-c", script, "sh", ...node], {
        cwd: join(root, "app"),
        env: {
          PATH: process.env.PATH ?? "",
          CNB_BUILDPACK_DIR: join(root, "bp"),
          CNB_PLATFORM_DIR: join(root, "platform"),
          CNB_LAYERS_DIR: join(root, "layers"),
          CNB_BP_PLAN_PATH: join(root, "plan.toml"),
          CNB_TARGET_OS: "linux",
          CNB_TARGET_ARCH: "amd64",
          URL: (url ?? address).replace("<root>", root),
          ...Object.fromEntries(variables),
        },
      });
      const shown = (text: string) => text.replaceAll(root, "<root>").replaceAll(address, "<server>");
      return { stdout: shown(stdout), stderr: shown(stderr) };
    }),
  );
}

async function serving<T>(work: (address: string) => Promise<T>): Promise<T> {
  const server = createServer((_, response) => response.end(megabyte)).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const left = (exitCode: number, ...files: readonly string[]) => [`exit code ${exitCode}`, ...files];
const lines = (text: string) => text.trim().split("\n");

test.for<[string, Omit<Inputs, "full">, string]>([
  [
    "a download",
    { buildpack: downloading },
    `ERROR: could not download <server> (DOWNLOAD_FAILED)
  caused by: ENOSPC: no space left on device, write
  in build of test/x@1.0.0
HINT: Free space on the disk of <root>/layers/x.
`,
  ],
  [
    "a download from a mirror",
    { buildpack: downloading, url: "file://<root>/file.bin" },
    `ERROR: could not download file://<root>/file.bin (DOWNLOAD_FAILED)
  caused by: ENOSPC: no space left on device, write
  in build of test/x@1.0.0
HINT: Free space on the disk of <root>/layers/x.
`,
  ],
  [
    "a tool",
    { buildpack: running },
    `ERROR: sh -c 'head -c 1000000 /dev/zero > $0/zeros' <root>/layers/x ended with exit code 1 (TOOL_FAILED)
  in build of test/x@1.0.0
HINT: Fix the problem that the tool reports in its output above.
`,
  ],
])("%s that fills the disk fails the build and leaves no part of its layer", async ([, given, error]) => {
  const { stdout, stderr } = await buildOnFullDisk({ ...given, full: "layers" });
  expect(stderr).toBe(error);
  expect(lines(stdout).slice(-1)).toEqual(left(1));
});

test("a result file for the lifecycle that does not fit on the disk is not left incomplete", async () => {
  const { stdout, stderr } = await buildOnFullDisk({ buildpack: nothing, full: "layers", env: { LABEL: "long" } });
  expect(stderr).toBe(`ERROR: ENOSPC: no space left on device, write '<root>/layers/launch.toml'
  in build of test/x@1.0.0
HINT: Give the build more disk space.
`);
  expect(lines(stdout).slice(-2)).toEqual(left(1, "./x.toml"));
});

test("a full disk of the download cache causes a warning, leaves no partial file and does not fail the build", async () => {
  const env = { BP_DOWNLOAD_CACHE: "<root>/cache" };
  const { stdout, stderr } = await buildOnFullDisk({ buildpack: downloading, full: "cache", env });
  expect(stderr).toMatch(
    /^WARNING: The download cache \S+ \(BP_DOWNLOAD_CACHE\) is not used: ENOSPC: no space left on device, .*\n$/,
  );
  expect(lines(stdout).slice(-1)).toEqual(left(0));
});

test("a build on a full disk loses telemetry but does not fail", async () => {
  const env = { BP_TELEMETRY_FILE: "<root>/traces/x" };
  const filling = building(
    `await run("sh", ["-c", "head -c 1000000 /dev/zero > ../traces/zeros"], { allowedExitCodes: [1] });`,
  );
  const { stdout, stderr } = await buildOnFullDisk({ buildpack: filling, full: "traces", env });
  expect(stderr).toBe("WARNING: Telemetry could not be written: ENOSPC: no space left on device, write\n");
  expect(stdout).toContain("exit code 0\n");
});
