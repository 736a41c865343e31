import { expect, test } from "vitest";
import { bubblewrapCommand } from "./backends/bubblewrap.ts";
import { type UnshareContext, unshareCommand } from "./backends/unshare.ts";
import type { HostFacts, PreparedSpec } from "./spec.ts";
import { loaderProgram } from "./syscalls/loader.ts";

const host: HostFacts = { tools: { bwrap: "/usr/bin/bwrap" }, toolDirs: ["/usr", "/lib64"] };
const spec: PreparedSpec = {
  rootfs: "/cache/root fs",
  rootfsWritable: false,
  mounts: [{ source: "/work/layers", target: "/layers", readonly: false, kind: "directory" }],
  tmpfs: [{ target: "/tmp" }],
  command: ["/cnb/lifecycle/detector", "it's"],
  env: { PATH: "/bin", TOKEN: "secret" },
  cwd: "/workspace",
  uid: 1000,
  gid: 1001,
  network: false,
};

const ids = { uid: "0 0 4294967295\n", gid: "0 0 4294967295\n" };

test("bubblewrap gets its options, and secrets do not appear in the process list", () => {
  const context = { host, arch: "amd64", hasSizes: false, asRoot: false, ids } as const;
  const { secretArgs, program, ...command } = bubblewrapCommand(spec, context);
  expect(command).toMatchInlineSnapshot(`
    {
      "args": [
        "--args",
        "3",
        "--json-status-fd",
        "4",
        "--sync-fd",
        "5",
        "--",
        "/dev/.cnb-sandbox",
        "cnb-sandbox",
      ],
      "env": {},
      "file": "/usr/bin/bwrap",
    }
  `);
  const options = secretArgs?.replaceAll("\0", " ").replaceAll(/--ro-bind \/dev\/null \/proc\/\S+ /g, "");
  expect(options).toMatchInlineSnapshot(
    `"--unshare-user --uid 1000 --gid 1001 --cap-drop ALL --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --unshare-net --hostname cnb --die-with-parent --ro-bind /cache/root fs / --proc /proc --dev /dev --perms 0700 --file 6 /dev/.cnb-sandbox --perms 1777 --tmpfs /dev/shm --perms 1777 --tmpfs /tmp --bind /work/layers /layers --chdir /workspace --clearenv "`,
  );
  expect(Buffer.from(program?.bytes ?? []).includes("TOKEN=secret")).toBe(true);
  expect(bubblewrapCommand(spec, { ...context, hasSizes: true }).secretArgs).toContain("--size\0");
});

test("as root, bubblewrap is started through the sandbox loader, in a user namespace owned by root", () => {
  const context = { host, arch: "amd64", hasSizes: true, asRoot: true, ids } as const;
  const { file, args, secretArgs, launcher } = bubblewrapCommand(spec, context);
  expect({ file, args }).toEqual({ file: "/proc/self/fd/10", args: ["cnb-sandbox"] });
  expect(secretArgs).not.toMatch(/--unshare-user|--uid/);
  const list = Buffer.from(launcher?.bytes ?? []);
  expect([list.includes(ids.uid), list.includes("/usr/bin/bwrap"), list.includes("secret")]).toEqual([
    true,
    true,
    false,
  ]);
});

const context: UnshareContext = {
  asRoot: false,
  arch: "amd64",
  parent: 42,
  caller: { uid: 1001, gid: 1002 },
  ids,
  limits: [],
};

test("the unshare backend starts only the sandbox loader and no other program of the host", () => {
  const { program, ...command } = unshareCommand(spec, context);
  expect(command).toEqual({ file: "/proc/self/fd/5", args: ["cnb-sandbox"], env: {} });
  expect(Buffer.from(program?.bytes ?? []).includes("TOKEN=secret")).toBe(true);
  expect(Buffer.from(program?.bytes ?? []).includes("0 1001 1\n")).toBe(true);
});

test("the sandbox loader contains no values of the sandbox specification, and its program is length-prefixed", () => {
  const { bytes } = unshareCommand(spec, context).program ?? { bytes: new Uint8Array() };
  expect(Number(Buffer.from(bytes).readBigUInt64LE())).toBe(bytes.length - 8);
  expect(Buffer.from(loaderProgram("amd64")).includes("secret")).toBe(false);
});
