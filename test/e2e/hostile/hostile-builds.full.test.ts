// @needs busybox, docker, dockerd, root
import { readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TarEntry } from "@libcnb/packager/oci";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, type Outcome, pinnedNode, root } from "../../support/cnb.ts";
import { type Engine, startDocker } from "../../support/service.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** Each kind of sandbox, by who may use it. */
const rows: readonly (readonly [backend: string, user: string])[] = [
  ["unshare", "root"],
  ["bubblewrap", "cnb-tester"],
  ["docker", "root"],
  ...(process.env["LIBCNB_TEST_ALL"] === "1"
    ? ([
        ["unshare", "cnb-tester"],
        ["podman", "cnb-tester"],
      ] as const)
    : []),
];

/** The commands that a buildpack tries in its build, each in its own shell. */
const attempts: Readonly<Record<string, string>> = {
  "write into the builder": "echo x > /cnb/order.toml",
  "write beside the buildpacks": "mkdir /cnb/buildpacks/evil",
  "write a program": "echo x > /bin/evil",
  "write the accounts": "echo x >> /etc/passwd",
  "write what users say": "echo x > /platform/env/EVIL",
  "make a device": "busybox mknod /layers/device b 8 0",
  "make a device for characters": "busybox mknod /layers/device c 1 1",
  "read the memory": "test -e /dev/mem || test -e /dev/kmsg || test -e /proc/kcore && busybox head -c 1 /proc/kcore",
  "read the disk": "busybox ls /dev | busybox grep -E '^(sd|vd|nvme|loop|dm-)'",
  "read files of the host": 'cat "$(cat /workspace/secret-place)"',
  "read files of the host through processes": 'cat "/proc/1/root$(cat /workspace/secret-place)"',
  "climb out of the root": 'cat "/../../../..$(cat /workspace/secret-place)"',
  "talk to an engine": "test -e /var/run/docker.sock || test -e /run/podman/podman.sock",
  "change a setting of the kernel": "echo evil > /proc/sys/kernel/core_pattern",
  "change the host's name": "busybox hostname evil",
  mount: "busybox mount -t tmpfs none /tmp",
  "be root": "busybox setuidgid root true",
  "gain privileges": "busybox grep 'NoNewPrivs:.0' /proc/self/status",
  "have capabilities": "busybox grep -E 'Cap(Prm|Eff|Amb):.*[1-9a-f]' /proc/self/status",
  "see processes of the host": "busybox ls /proc | busybox grep -E '^[0-9]{4,}$'",
  "see variables of the host": "busybox env | busybox grep HOST_SECRET",
};

const script = Object.entries(attempts).map(
  ([name, command]) => `if ( ${command} ) >/dev/null 2>&1; then echo "DONE: ${name}"; fi`,
);
const build = `#!/bin/sh
set +e
case "$(cat /workspace/do)" in
attempts)
${script.join("\n")}
  echo all tried;;
outlive) busybox sleep "$(cat /workspace/marker)" & ( busybox setsid busybox sleep "$(cat /workspace/marker)" & ) & echo left; exit 0;;
wait) busybox sleep "$(cat /workspace/marker)" & echo waiting; busybox sleep 600;;
greedy) busybox dd if=/dev/zero of=/dev/null bs=268435456 count=1; exit $?;;
esac
`;
const detect = `#!/bin/sh
if ( echo x > /workspace/do ) 2>/dev/null; then echo detect wrote into the app; exit 1; fi
if ( mkdir /workspace/evil ) 2>/dev/null; then echo detect wrote beside the app; exit 1; fi
exit 0
`;
const program: TarEntry = {
  type: "file",
  path: "lifecycle/launcher",
  mode: 0o755,
  uid: 0,
  gid: 0,
  content: Buffer.from("launcher"),
};

let dir: string;
let docker: Engine;
const location = (name: string) => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "hostile-builds-"));
  await chmod(dir, 0o755);
  await mkdir(location("images"));
  for (const name of ["out", "cache", "apps"]) {
    await mkdir(location(name));
    await chmod(location(name), 0o777);
  }
  await writeFile(location("secret"), "the host's secret", { mode: 0o644 });
  const run = await shellImage(dir, { env: ["PATH=/bin"] });
  await oci.write(run, { kind: "oci", dir: location("images/run") }, { name: "localhost/run:1" });
  const descriptor = `api = "0.10"\n[buildpack]\nid = "test/hostile"\nversion = "1.0.0"\n`;
  const builder = await shellBuilder({
    dir,
    runImage: "localhost/run:1",
    platformApis: ["0.13"],
    buildpacks: [
      {
        id: "test/hostile",
        version: "1.0.0",
        files: { "buildpack.toml": descriptor, "bin/detect": detect, "bin/build": build },
      },
    ],
    order: `[[order]]\n[[order.group]]\nid = "test/hostile"\nversion = "1.0.0"\n`,
    lifecycle: { version: "0.0.0", entries: [program] },
  });
  await oci.write(builder, { kind: "oci", dir: location("images/builder") }, { name: "builder:1" });
  docker = await startDocker();
  await chmod(dirname(docker.host.replace("unix://", "")), 0o711);
}, 120_000);
afterAll(async () => {
  await docker?.stop();
  await rm(dir, { recursive: true, force: true });
});

let count = 0;

async function run(row: readonly [string, string], action: string, ...flags: readonly string[]) {
  const [backend, user] = row;
  const name = `${backend}-${user}`;
  const marker = `5${process.pid}${count++}`;
  const app = await mkdtemp(location(`apps/${name}-`));
  await chmod(app, 0o755);
  for (const [file, text] of [
    ["do", action],
    ["marker", marker],
    ["secret-place", location("secret")],
  ] as const)
    await writeFile(join(app, file), text);
  const args = [pinnedNode, join(root, "builder-packager/bin/cnb.js"), "build", `oci:${location(`out/${name}`)}`];
  const whole = [
    ...args,
    "--path",
    app,
    "--builder",
    `oci:${location("images/builder")}`,
    "--backend",
    backend,
    ...flags,
  ];
  const env = {
    PATH: process.env.PATH,
    DOCKER_HOST: docker.host,
    HOST_SECRET: "1",
    LIBCNB_CACHE_DIR: location(`cache/${name}`),
  };
  const outcome: Outcome =
    user === "root"
      ? await execute(whole[0] ?? "", whole.slice(1), { env: { ...env, HOME: process.env.HOME } })
      : await execute("runuser", ["-u", user, "--", ...whole], { env: { ...env, HOME: `/home/${user}` } });
  return { ...outcome, said: linesOf(outcome), marker };
}

const linesOf = ({ stderr }: Outcome): readonly string[] =>
  [...stderr.matchAll(/^ +\| (.*)$/gm)].map(([, line]) => line ?? "");

/** Processes of this machine that have a word in their command line. */
const processesWith = (marker: string): readonly string[] =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name) && commandLine(name).split("\0").includes(marker));

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

describe.for(rows)("a hostile buildpack in the sandbox %s, run as %s,", (row) => {
  test("cannot change the host, and its detect cannot change the app", async () => {
    const { exitCode, said, stderr } = await run(row, "attempts");
    expect({ exitCode, said, stderr: exitCode === 0 ? "" : stderr }).toEqual({
      exitCode: 0,
      said: ["all tried"],
      stderr: "",
    });
  });

  test("cannot leave a process running", async () => {
    const { said, marker } = await run(row, "outlive");
    expect(said).toEqual(["left"]);
    expect(processesWith(marker)).toEqual([]);
  });

  test("is killed with all its processes at the timeout", async () => {
    const { exitCode, stderr, marker } = await run(row, "wait", "--timeout", "15s");
    expect(stderr).toContain("| waiting");
    expect(stderr.slice(stderr.indexOf("ERROR"))).toBe(`ERROR: the build was stopped: it took longer than 15 s
HINT: Increase --timeout, or use --verbose to see what takes so long.
CODE: BUILD_TIMED_OUT
`);
    expect(exitCode).toBe(124);
    expect(processesWith(marker)).toEqual([]);
    expect(readdirSync(location(`cache/${row.join("-")}/work`))).toEqual([]);
  });
});

test.for(rows.slice(0, 3))(
  "a buildpack that exceeds the memory limit fails the build in the sandbox %s, run as %s",
  async (row) => {
    const { exitCode, stderr } = await run(row, "greedy", "--memory", "64m");
    expect(exitCode).toBe(51);
    expect(stderr).toMatch(/ERROR: buildpack test\/hostile@1.0.0 failed with exit code (1|137)\n/);
    expect((await run(row, "greedy")).exitCode).toBe(0);
  },
);
