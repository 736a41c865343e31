import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificates } from "../../../test/support/registry/certificates.ts";
import { readImage, readImages } from "../oci/image-io.ts";
import { extractImage } from "../oci/layers/extract.ts";
import type { Image } from "../oci/model/image.ts";
import { envOf } from "../oci/model/mutate.ts";
import { chooseBackend } from "../sandbox/backends/choose-backend.ts";
import { runInSandbox } from "../sandbox/run-in-sandbox.ts";
import type { SandboxSpec } from "../sandbox/spec.ts";
import { tarMembers } from "../tar/read.ts";
import { readAptSources } from "./archive/apt-sources.ts";
import { mirrorVariable } from "./archive/archive-source.ts";

/** The suite that this machine's own apt uses: whatever Debian-like system CI has, its mirror is reachable and its keyring is there. */
const suite = await hostSuite();

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "cnb-mirror-"));
  await chmod(dir, 0o755);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const minimal = [
  ...["base-files", "ca-certificates", "coreutils", "dash", "libc6", "libstdc++6"].flatMap((name) => ["-p", name]),
  ...["dpkg", "debconf", "openssl"].flatMap((name) => ["--without", name]),
  "--build-package",
  "bash",
];

interface ExpectedMirror {
  readonly args: readonly string[];
  /** The user of the command, when this process is root. */
  readonly uid?: number;
  /** The directory for files. @default a directory of its own */
  readonly cacheDir?: string;
}

/** The real command in a process and a directory of its own. */
async function baseCreate(
  name: string,
  { args, uid, cacheDir }: ExpectedMirror,
): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number | null }> {
  const home = join(dir, name);
  await mkdir(home);
  await chmod(home, 0o777);
  const cli = join(import.meta.dirname, "../cli.ts");
  const script = `process.umask(${uid === undefined ? 0o022 : 0o077}); const { main } = await import(${JSON.stringify(cli)}); process.exitCode = await main(process.argv.slice(1));`;
  const node = ["--conditions=@libcnb/source", "--input-type=module", "-e", script, "--"];
  const command = ["base", "create", "oci:base", "--suite", suite ?? "", ...args];
  const identity = process.getuid?.() === 0 && uid !== undefined ? { uid, gid: uid } : {};
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    LIBCNB_CACHE_DIR: cacheDir ?? join(home, "cache"),
    [mirrorVariable]: process.env[mirrorVariable],
  };
  const child = spawn(process.execPath, [...node, ...command], { cwd: home, env, ...identity });
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

/** Runs a command in an image's file system, as the image's user and with its variables, and gives what it prints. */
async function inImage(
  name: string,
  command: SandboxSpec["command"],
  mounts: SandboxSpec["mounts"] = [],
): Promise<string> {
  const rootfs = await mkdtemp(join(dir, "rootfs-"));
  await chmod(rootfs, 0o755);
  const image = await readImage({ kind: "oci", dir: join(dir, name) });
  await extractImage(image, rootfs, { ownership: process.getuid?.() === 0 ? "keep" : "ignore" });
  const [uid = 0, gid = 0] = (image.config.config?.User ?? "").split(":").map(Number);
  const output: Buffer[] = [];
  const { exitCode } = await runInSandbox(
    { rootfs, rootfsWritable: true, mounts, command, env: envOf(image), cwd: "/", uid, gid, network: false },
    { backend: await chooseBackend(), stdio: "pipe", onOutput: (chunk) => void output.push(Buffer.from(chunk)) },
  );
  return `${Buffer.concat(output).toString()}${exitCode}`;
}

const sh = (script: string): SandboxSpec["command"] => ["/bin/sh", "-c", script];

test.runIf(process.env.CI || suite)(
  "base images of the host's distribution can run programs, and another user creates identical images",
  { timeout: 300_000 },
  async () => {
    const first = await baseCreate("one", { args: minimal });
    expect([first.stderr, first.exitCode]).toEqual([expect.stringContaining("Unpacking"), 0]);
    expect(first.stdout).toMatch(/^oci:base-build@sha256:[0-9a-f]{64}\noci:base-run@sha256:[0-9a-f]{64}\n$/);

    const other = await baseCreate("two", { args: minimal, uid: 65534 });
    expect([other.stdout, other.exitCode]).toEqual([first.stdout, 0]);
    expect(await readdir(join(dir, "two"))).toEqual(["base-build", "base-run", "cache"]);

    expect(await inImage("one/base-run", sh("id; whoami; pwd; env true; ls /bin/sh"))).toBe(
      "uid=1002(cnb) gid=1000(cnb) groups=1000(cnb)\ncnb\n/\n/bin/sh\n0",
    );
    expect(
      await inImage(
        "one/base-build",
        sh(`bash -c 'echo $UID; touch /home/cnb/x && ls /home/cnb; head -1 /etc/ssl/certs/ca-certificates.crt'`),
      ),
    ).toBe("1001\nx\n-----BEGIN CERTIFICATE-----\n0");
  },
);

test.runIf(process.env.CI || suite)(
  "the full variant of a base image has dpkg's database, time zone, locale, CA certificates and users",
  { timeout: 300_000 },
  async () => {
    await mkdir(join(dir, "full-files"));
    const { ca, cert } = await makeCertificates(join(dir, "full-files"), ["DNS:example.test"]);
    await writeFile(
      join(dir, "full-files/base.toml"),
      '[[users]]\nname = "worker"\nuid = 5000\nhome = "/srv/worker"\n',
    );
    const args = ["--config", join(dir, "full-files/base.toml"), "--variant", "full", "-p", "openssl"];
    args.push(
      "--timezone",
      "Europe/Berlin",
      "--locale",
      "de_DE.UTF-8",
      "--ca-cert",
      ca,
      "--file",
      `${cert}:/srv/leaf.pem`,
    );
    const made = await baseCreate("full", { args, cacheDir: join(dir, "one/cache") });
    expect([made.stderr, made.exitCode]).toEqual([expect.stringContaining("Unpacking"), 0]);
    // Every file as its package has it, every package as dpkg would have left it.
    const query = (format: string) => `dpkg-query -W -f '\${${format}}\\n'`;
    const script = `date -d @1750000000 '+%A %H:%M %Z'; cat /etc/timezone; openssl verify /srv/leaf.pem; stat -c %u:%g:%a /srv/worker
      dpkg --verify; dpkg --audit; ${query("Status")} | uniq; dpkg-query -S /usr/bin/openssl; ${query("Essential")} dpkg`;
    const owner = process.getuid?.() === 0 ? "5000:1000" : `${process.getuid?.()}:${process.getgid?.()}`;
    expect(await inImage("full/base-run", sh(script))).toBe(
      `Sonntag 17:06 CEST\nEurope/Berlin\n/srv/leaf.pem: OK\n${owner}:755\ninstall ok installed\nopenssl: /usr/bin/openssl\nyes\n0`,
    );
  },
);

test.runIf(process.env.CI || suite)(
  "the distroless variant of a base image has no shell and runs programs of its own architecture",
  { timeout: 300_000 },
  async () => {
    const args = ["--variant", "distroless", "--arch", "amd64", "--arch", "arm64", "--timezone", "Asia/Tokyo"];
    args.push(...["base-files", "ca-certificates", "libstdc++6", "tzdata"].flatMap((name) => ["-p", name]));
    const made = await baseCreate("tiny", { args, cacheDir: join(dir, "one/cache") });
    expect([made.stderr, made.exitCode]).toEqual([expect.stringContaining("Unpacking"), 0]);

    const { images } = await readImages({ kind: "oci", dir: join(dir, "tiny/base-run") });
    const found = [];
    for (const image of images) found.push({ of: image.config.architecture, ...(await lookInto(image)) });
    expect(found).toEqual([
      { of: "amd64", machine: 62, programs: [] },
      { of: "arm64", machine: 183, programs: [] },
    ]);
    const program =
      "console.log(new Date(0).toString(), require('node:tls').rootCertificates.length > 0, process.getuid())";
    const node = { source: process.execPath, target: "/node", readonly: true };
    expect(await inImage("tiny/base-run", ["/node", "-e", program], [node])).toBe(
      "Thu Jan 01 1970 09:00:00 GMT+0900 (Japan Standard Time) true 1002\n0",
    );
  },
);

/** The machine that the C library is for, `e_machine` of its ELF header, and what is in /usr/bin. */
async function lookInto(image: Image) {
  const programs: string[] = [];
  let machine: number | undefined;
  for (const layer of image.layers) {
    for await (const member of tarMembers(layer.uncompressed())) {
      if (/^usr\/bin\/./.test(member.path)) programs.push(member.path);
      if (member.type !== "file" || !member.path.endsWith("/libc.so.6")) continue;
      for await (const chunk of member.content()) machine ??= Buffer.from(chunk).readUInt16LE(18);
    }
  }
  return { machine, programs };
}
