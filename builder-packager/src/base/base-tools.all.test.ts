// @needs root
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute } from "../../../test/support/cnb.ts";
import { cnbInProcess } from "../../../test/support/cnb-in-process.ts";
import { makeCertificates } from "../../../test/support/registry/certificates.ts";
import { readImage } from "../oci/image-io.ts";
import { extractImage } from "../oci/layers/extract.ts";
import { readAptSources } from "./archive/apt-sources.ts";

const source = (await readAptSources("/etc/apt")).find(
  ({ suite, components }) => components.includes("main") && !/[-/]/.test(suite),
);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "base-tools-"));
  await chmod(dir, 0o755);
  await mkdir(join(dir, "own"));
  await makeCertificates(join(dir, "own"), ["DNS:own.test"]);
  await mkdir(join(dir, "later"));
  await makeCertificates(join(dir, "later"), ["DNS:later.test"]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

type Variant = keyof typeof packagesOf;

/** The packages that update-ca-certificates and apt need, in addition to the essential ones. */
const packagesOf = {
  minimal: ["base-files", "ca-certificates", "coreutils", "dash", "debianutils", "findutils", "grep", "openssl", "sed"],
  full: ["apt", "ca-certificates", "openssl"],
};

/** Makes base images in a directory of their own, and returns what the command prints. */
async function made(name: string, variant: Variant): Promise<string> {
  const cwd = join(dir, name);
  await mkdir(cwd);
  const config = join(dir, `${variant}.toml`);
  await writeFile(config, `variant = "${variant}"\n`);
  const env = { PATH: process.env.PATH, HOME: dir, LIBCNB_CACHE_DIR: join(dir, "cache") };
  const packages = packagesOf[variant].flatMap((item) => ["-p", item]);
  const command = ["base", "create", "oci:base", "--suite", source?.suite ?? "", ...packages, "--lock"];
  const outcome = await cnbInProcess([...command, "--config", config, "--ca-cert", join(dir, "own/ca.pem")], {
    cwd,
    env,
  });
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  return outcome.stdout;
}

/** The build image's file system with the network of this machine, as a container of it has. */
async function unpacked(name: string): Promise<string> {
  const rootfs = await mkdtemp(join(dir, "rootfs-"));
  await chmod(rootfs, 0o755);
  const image = await readImage({ kind: "oci", dir: join(dir, name, "base-build") });
  await extractImage(image, rootfs, { ownership: "keep" });
  await writeFile(join(rootfs, "etc/resolv.conf"), await readFile("/etc/resolv.conf"));
  await writeFile(join(rootfs, "later.pem"), await readFile(join(dir, "later/ca.pem")));
  return rootfs;
}

/** Runs a shell script as root in a file system, and returns all that it prints. */
async function inRoot(rootfs: string, script: string): Promise<string> {
  const mounts = `mount --bind /dev "$1/dev"; mount -t proc proc "$1/proc"; exec chroot "$1" /bin/sh -c "$2" 2>&1`;
  const words = ["--mount", "sh", "-ec", mounts, "sh", rootfs, `export PATH=/usr/sbin:/usr/bin:/sbin:/bin\n${script}`];
  const { stdout, stderr, exitCode } = await execute("unshare", words, {
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  });
  return `${stdout}${stderr}exit ${exitCode}`;
}

const bundle = "/etc/ssl/certs/ca-certificates.crt";
const count = `grep -c BEGIN ${bundle}`;

test.for<readonly [Variant, string]>([
  ["minimal", "first"],
  ["minimal", "locked"],
  ["full", "first"],
  ["full", "locked"],
])(
  "update-ca-certificates in a base image of the variant %s, by the %s build, keeps all certificates that were trusted before",
  { timeout: 300_000 },
  async ([variant, time]) => {
    const name = `${variant}-${time}`;
    if (time === "locked") await rm(join(dir, "cache/images"), { recursive: true, force: true });
    const printed = await made(name, variant);
    await writeFile(join(dir, `${name}.txt`), printed);
    expect(printed).toBe(await readFile(join(dir, `${variant}-first.txt`), "utf8"));

    const rootfs = await unpacked(name);
    const before = await readFile(join(rootfs, bundle), "utf8");
    const unchanged = await inRoot(rootfs, "update-ca-certificates");
    expect(unchanged).toContain("0 added, 0 removed; done.");
    expect(await readFile(join(rootfs, bundle), "utf8")).toBe(before);

    const more = `cp /later.pem /usr/local/share/ca-certificates/later.crt; update-ca-certificates; ${count}`;
    const changed = await inRoot(rootfs, more);
    expect(changed).toContain("1 added, 0 removed; done.");
    const all = (before.match(/BEGIN/g) ?? []).length;
    expect(all).toBeGreaterThan(100);
    expect(changed).toMatch(new RegExp(`^${all + 1}$`, "m"));
    expect(await inRoot(rootfs, "openssl verify -CApath /etc/ssl/certs /later.pem")).toBe("/later.pem: OK\nexit 0");
  },
);

test.for(["first", "locked"])(
  "apt-get install and dpkg --verify find no problem in a full base image of the %s build",
  { timeout: 300_000 },
  async (time) => {
    const rootfs = await unpacked(`full-${time}`);
    expect(await inRoot(rootfs, "dpkg --verify; dpkg --audit")).toBe("exit 0");
    await writeFile(join(rootfs, "etc/apt/sources.list"), `deb [trusted=yes] ${source?.uri} ${source?.suite} main\n`);
    const before = await readFile(join(rootfs, bundle), "utf8");
    const installed = await inRoot(
      rootfs,
      `export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && apt-get install -y --no-install-recommends ed; echo done $?; ${count}`,
    );
    expect(installed).toMatch(/Setting up ed /);
    expect(installed).toMatch(/^done 0$/m);
    expect(installed).not.toMatch(/sed: |missing|dpkg: |W: /);
    expect(installed).toContain(`${(before.match(/BEGIN/g) ?? []).length}\nexit 0`);
    expect(await inRoot(rootfs, "dpkg --verify; dpkg --audit; ed --version | head -1")).toMatch(/^GNU ed .*\nexit 0$/);
  },
);
