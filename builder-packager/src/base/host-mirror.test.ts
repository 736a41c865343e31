import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { extractImage } from "../oci/extract.ts";
import { readImage } from "../oci/image-io.ts";
import { chooseBackend } from "../sandbox/choose-backend.ts";
import { runInSandbox } from "../sandbox/run-in-sandbox.ts";
import { readAptSources } from "./apt-sources.ts";
import { mirrorVariable } from "./archive-source.ts";

/** The suite that this machine's own apt uses: whatever Debian-like system CI has, its mirror is reachable and its keyring is there. */
const suite = await hostSuite();

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "cnb-mirror-"));
  await chmod(dir, 0o755);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The real command in a process of its own, as the given user when this one is root. */
async function baseCreate(
  name: string,
  uid?: number,
): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number | null }> {
  const home = join(dir, name);
  await mkdir(home);
  await chmod(home, 0o777);
  const packages = ["base-files", "ca-certificates", "coreutils", "dash", "libc6", "libstdc++6"].flatMap((item) => [
    "--package",
    item,
  ]);
  const cli = join(import.meta.dirname, "../cli.ts");
  const script = `process.umask(${uid === undefined ? 0o022 : 0o077}); const { main } = await import(${JSON.stringify(cli)}); process.exitCode = await main(process.argv.slice(1));`;
  const args = [
    "--conditions=@libcnb/source",
    "--input-type=module",
    "-e",
    script,
    "--",
    "base",
    "create",
    "oci:base",
    "--suite",
    suite ?? "",
  ];
  const identity = process.getuid?.() === 0 && uid !== undefined ? { uid, gid: uid } : {};
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    LIBCNB_CACHE_DIR: join(home, "cache"),
    [mirrorVariable]: process.env[mirrorVariable],
  };
  const child = spawn(
    process.execPath,
    [
      ...args,
      ...packages,
      "--without",
      "dpkg",
      "--without",
      "debconf",
      "--without",
      "openssl",
      "--build-package",
      "bash",
    ],
    { cwd: home, env, ...identity },
  );
  const stdout: string[] = [];
  const stderr: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => stdout.push(chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => stderr.push(chunk));
  const exitCode = await new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("close", resolve),
  );
  return { stdout: stdout.join(""), stderr: stderr.join(""), exitCode };
}

async function hostSuite(): Promise<string | undefined> {
  const sources = await readAptSources("/etc/apt");
  return sources.find(({ suite, components }) => components.includes("main") && !/[-/]/.test(suite))?.suite;
}

/** Runs a command in an image's file system and gives what it prints. */
async function inImage(name: string, command: string): Promise<string> {
  const rootfs = await mkdtemp(join(dir, "rootfs-"));
  await chmod(rootfs, 0o755);
  const image = await readImage({ kind: "oci", dir: join(dir, name) });
  await extractImage(image, rootfs, { ownership: process.getuid?.() === 0 ? "keep" : "ignore" });
  const [uid = 0, gid = 0] = (image.config.config?.User ?? "").split(":").map(Number);
  const output: Buffer[] = [];
  const { exitCode } = await runInSandbox(
    {
      rootfs,
      rootfsWritable: true,
      mounts: [],
      command: ["/bin/sh", "-c", command],
      env: { PATH: "/usr/bin:/bin" },
      cwd: "/",
      uid,
      gid,
      network: false,
    },
    { backend: await chooseBackend(), stdio: "pipe", onOutput: (chunk) => void output.push(Buffer.from(chunk)) },
  );
  return `${Buffer.concat(output).toString()}${exitCode}`;
}

test.runIf(process.env.CI || suite)(
  "images of the host's own distribution run, and another user makes the same ones",
  { timeout: 300_000 },
  async () => {
    const first = await baseCreate("one");
    expect([first.stderr, first.exitCode]).toEqual([expect.stringContaining("Unpacking"), 0]);
    expect(first.stdout).toMatch(/^oci:base-build@sha256:[0-9a-f]{64}\noci:base-run@sha256:[0-9a-f]{64}\n$/);

    const other = await baseCreate("two", 65534);
    expect([other.stdout, other.exitCode]).toEqual([first.stdout, 0]);
    expect(await readdir(join(dir, "two"))).toEqual(["base-build", "base-run", "cache"]);

    expect(await inImage("one/base-run", "id; whoami; pwd; env true; ls /bin/sh")).toBe(
      "uid=1002(cnb) gid=1000(cnb) groups=1000(cnb)\ncnb\n/\n/bin/sh\n0",
    );
    expect(
      await inImage(
        "one/base-build",
        `bash -c 'echo $UID; touch /home/cnb/x && ls /home/cnb; head -1 /etc/ssl/certs/ca-certificates.crt'`,
      ),
    ).toBe("1001\nx\n-----BEGIN CERTIFICATE-----\n0");
  },
);
