// @needs processes
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { maxProcesses } from "./limits/default-limits.ts";
import { runInNeighbour } from "./neighbour-command.ts";
import { runInSandbox, startInSandbox } from "./run-in-sandbox.ts";
import type { NamespaceBackend, SandboxSpec } from "./spec.ts";
import { makeFixture, specFor } from "./testing/fixture.ts";

const isRoot = process.getuid?.() === 0;
const backends: readonly NamespaceBackend[] = [
  ...(isRoot ? ["unshare-root" as const] : []),
  "unshare-user",
  "bubblewrap",
];
const self = { name: "self", uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const fixture = makeFixture(self);
afterAll(() => fixture.remove());

/** Standard output and errors in the order in which they were written: they come through one pipe. */
const inOrder = (script: string): string => `exec 2>&1; ${script}`;

async function output(backend: NamespaceBackend, spec: SandboxSpec): Promise<string> {
  let text = "";
  await runInSandbox(spec, {
    backend,
    onOutput: (chunk) => {
      text += Buffer.from(chunk).toString();
    },
  });
  return text;
}

describe.for(backends)("sandbox backend %s", (backend) => {
  let rootfs: string;
  const dirs: string[] = [];
  beforeEach(() => {
    rootfs = mkdtempSync(join(tmpdir(), "confinement-"));
    dirs.push(rootfs);
    chmodSync(rootfs, 0o777);
  });
  afterAll(() => {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  });

  test.for([
    ["/proc", "/etc"],
    ["/dev", "proc/1/root/dev"],
    ["/dev/shm", "/proc/1/root"],
  ])("refuses an image whose %s is a symbolic link to %s", async ([path = "", target = ""]) => {
    mkdirSync(join(rootfs, path, ".."), { recursive: true });
    symlinkSync(target, join(rootfs, path));
    await expect(runInSandbox(specFor(rootfs, "true"), { backend })).rejects.toMatchObject({
      code: "SANDBOX_FAILED",
      message: expect.stringMatching(new RegExp(`^the image cannot be run: its ${path} is a symbolic link to `)),
    });
  });

  test("refuses an image whose /tmp is a symbolic link into /proc", async () => {
    symlinkSync("/proc/1/root", join(rootfs, "tmp"));
    await expect(runInSandbox(specFor(rootfs, "true"), { backend })).rejects.toMatchObject({
      message:
        "nothing can be mounted at /tmp: in the image, a symbolic link leads from there to /proc/1/root, but the sandbox mounts its own /proc",
    });
  });

  test("does not follow a symbolic link in a mounted directory for the next mount", async () => {
    const data = join(fixture.dir, "data");
    rmSync(join(data, "in"), { force: true });
    symlinkSync("/etc", join(data, "in"));
    const mounts = [
      { source: data, target: "/workspace", readonly: false },
      { source: data, target: "/workspace/in/etc", readonly: false },
    ];
    await expect(runInSandbox(specFor(fixture.rootfs, "true", { mounts }), { backend })).rejects.toMatchObject({
      message: `nothing can be mounted at /workspace/in/etc: ${data}/in is a symbolic link`,
    });
  });

  // As user 0 root's sandboxes of other backends would not be those of an ordinary user.
  const uid = backend === "unshare-root" || !isRoot ? 0 : 1000;

  test("gives a command no mount outside of its root and no access to the environment of process 1", async () => {
    const script = "chroot / /bin/true; cat /proc/1/environ; ls /proc/1/root; cat /proc/keys; cat /proc/self/mounts";
    const text = await output(backend, specFor(fixture.rootfs, script, { uid, gid: uid }));
    const targets = [...text.matchAll(/^\S+ (\/\S*) (?:ext4|overlay|btrfs|xfs) /gm)].map(([, target]) => target);
    expect(targets.filter((target) => target !== "/")).toEqual([]);
    expect(text).toMatch(/\/proc\/1\/environ'?: Permission denied/);
  });

  // Who writes there is process 1: without the filter, with the caller's keyring, and not ended with cnb if it likes.
  test.for([
    ["the default user", uid],
    ["user 1000", 1000],
  ] as const)("prevents %s from reading the memory of process 1", async ([, user]) => {
    const script = 'head -c 1 /proc/1/maps; (: >>/proc/1/mem); kill -STOP 1; kill -KILL 1; echo "still $?"';
    const text = await output(backend, specFor(fixture.rootfs, inOrder(script), { uid: user, gid: user }));
    expect(text).toMatch(/\/proc\/1\/maps'?: Permission denied\n.*\/proc\/1\/mem: Permission denied\n/);
    expect(text).toMatch(/still \d\n$/);
  });

  test("starts commands with empty capability sets", async () => {
    const spec = specFor(fixture.rootfs, "grep Cap /proc/self/status", { uid, gid: uid });
    expect((await output(backend, spec)).match(/\S+$/gm)).toEqual(Array(5).fill("0000000000000000"));
  });

  test("limits the number of processes", async () => {
    const spec = specFor(fixture.rootfs, "grep processes /proc/self/limits; cat /proc/self/cgroup", { uid, gid: uid });
    const text = await output(backend, spec);
    if (backend !== "unshare-root")
      expect(text).toMatch(new RegExp(`^Max processes +${maxProcesses} +${maxProcesses} `));
    else expect(text).toMatch(/\/libcnb-\d+-\d+-\d+$/m);
  });

  test("limits the size of tmpfs mounts", async () => {
    const text = await output(backend, specFor(fixture.rootfs, "grep -E ' /(tmp|dev/shm) ' /proc/self/mounts"));
    expect(text.match(/size=\d+k/g)?.length).toBe(2);
    expect(text).toContain("size=65536k");
  });

  if (backend !== "bubblewrap")
    test("applies the same restrictions to a command run in an existing sandbox", async () => {
      const spec = specFor(fixture.rootfs, "sleep 60", { uid, gid: uid });
      const sandbox = await startInSandbox(spec, { backend });
      const pid = (await sandbox.commandPid()) ?? -1;
      const around = backend === "unshare-user" ? sandbox.pid : undefined;
      const nextTo = { backend, pid, around, env: spec.env, uid, gid: uid };
      const { stdout } = await runInNeighbour(
        nextTo,
        ["grep", "-E", "Cap|NoNewPrivs|Seccomp:", "/proc/self/status"],
        {},
      );
      const absent = await runInNeighbour(nextTo, ["no-such-tool"], {});
      await sandbox.signal("SIGKILL");
      await sandbox.ended;
      const none = "0000000000000000";
      const sets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map((set) => `${set}:\t${none}\n`);
      expect(stdout).toBe(`${sets.join("")}NoNewPrivs:\t1\nSeccomp:\t2\n`);
      expect(absent).toMatchObject({
        exitCode: 127,
        stderr: "cnb: failed to execute no-such-tool: No such file or directory\n",
      });
    });
});

test("the process limit of a sandbox does not affect the caller's own processes", () => {
  expect(readFileSync("/proc/self/cgroup", "utf8")).not.toMatch(/\/libcnb-/);
});

if (isRoot)
  describe.for(backends)("sandbox backend %s, started by root,", (backend) => {
    const source = join(fixture.dir, "other");
    afterEach(() => spawnSync("umount", [source]));

    // In a user namespace the kernel keeps these options on the mounts of the machine.
    test.for([
      [
        "noexec",
        "ran",
        "touch /layers/x && echo written; /layers/program || echo refused",
        /^written\n(ran|.*denied\nrefused)\n$/,
      ],
      ["ro", "ran", "touch /layers/x || /layers/program", /Read-only file system\nran\n$/],
      [
        "noexec,ro,noatime",
        "ran",
        "touch /layers/x || cat /layers/program >/dev/null && echo read",
        /only file system\nread\n$/,
      ],
    ] as const)(
      "can mount a directory from a file system with the mount options %s",
      async ([options, word, script, expected]) => {
        mkdirSync(source, { recursive: true });
        execFileSync("mount", ["-t", "tmpfs", "-o", "mode=777", "tmpfs", source]);
        writeFileSync(join(source, "program"), `#!/bin/sh\necho ${word}\n`, { mode: 0o755 });
        chmodSync(source, 0o777);
        execFileSync("mount", ["-o", `remount,${options}`, source]);
        const mounts = [{ source, target: "/layers", readonly: false }];
        expect(await output(backend, specFor(fixture.rootfs, inOrder(script), { mounts }))).toMatch(expected);
      },
    );
  });
