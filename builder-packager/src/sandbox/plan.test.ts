import { expect, test } from "vitest";
import { bubblewrapCommand } from "./bubblewrap.ts";
import type { HostFacts, PreparedSpec } from "./spec.ts";
import { unshareCommand } from "./unshare.ts";

const names = ["bwrap", "cat", "chmod", "env", "mount", "nsenter", "setpriv", "sh", "sleep", "unshare"];
const host: HostFacts = {
  tools: Object.fromEntries(names.map((name) => [name, `/usr/bin/${name}`])),
  toolDirs: ["/usr", "/lib64"],
};
const spec: PreparedSpec = {
  rootfs: "/cache/root fs",
  rootfsWritable: false,
  mounts: [{ source: "/work/layers", target: "/layers", readonly: false, kind: "directory" }],
  tmpDir: "/tmp",
  command: ["/cnb/lifecycle/detector", "it's"],
  env: { PATH: "/bin", TOKEN: "secret" },
  cwd: "/workspace",
  uid: 1000,
  gid: 1001,
  network: false,
};

test("bubblewrap's options, what is secret apart from the process list", () => {
  const context = { host, arch: "amd64", hasSizes: false } as const;
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
    `"--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --unshare-net --hostname cnb --uid 1000 --gid 1001 --cap-drop ALL --die-with-parent --ro-bind /cache/root fs / --proc /proc --dev /dev --perms 0700 --file 6 /dev/.cnb-sandbox --perms 1777 --tmpfs /dev/shm --perms 1777 --tmpfs /tmp --bind /work/layers /layers --chdir /workspace --clearenv "`,
  );
  expect(Buffer.from(program?.file ?? []).includes("TOKEN=secret")).toBe(true);
  expect(bubblewrapCommand(spec, { ...context, hasSizes: true }).secretArgs).toContain("--size\0");
});

const unshare = (asRoot: boolean, network: boolean) => {
  const { program: _, ...command } = unshareCommand({ ...spec, network }, { asRoot, arch: "amd64", host });
  return command;
};

test("unshare's script as root", () => {
  expect(unshare(true, false)).toMatchInlineSnapshot(`
    {
      "args": [
        "--pdeathsig",
        "KILL",
        "/usr/bin/unshare",
        "--mount",
        "--propagation",
        "private",
        "--ipc",
        "--uts",
        "--pid",
        "--net",
        "/usr/bin/sh",
        "-c",
        "set -e
    umask 022
    exec 5>&2 2>&3 7>&-
    (cd /; exec /usr/bin/setpriv --pdeathsig KILL /usr/bin/sh -c 'set -e
    read -r _ _ _ parent _ </proc/self/stat; [ "$parent" = "$1" ]
    /usr/bin/mount -t tmpfs -o mode=700 tmpfs /sys
    /usr/bin/cat <&6 >/sys/start
    /usr/bin/chmod 700 /sys/start
    exec /sys/start' cnb-sandbox $$) >/dev/null 5>&- &
    init=$!
    while read -r _ name state _ </proc/$init/stat && [ "$name" != "(start)" ]; do [ "$state" != Z ]; done
    exec 4>&- 6<&- /usr/bin/nsenter --pid=/proc/self/ns/pid_for_children -- /sys/start cnb-sandbox",
        "cnb-sandbox",
      ],
      "env": {},
      "file": "/usr/bin/setpriv",
    }
  `);
});

test("unshare's script as an ordinary user differs in the namespaces alone", () => {
  const [asUser, asRoot] = [unshare(false, true).args, unshare(true, false).args];
  expect(asUser.filter((word) => word !== "--user" && word !== "--map-root-user")).toEqual(
    asRoot.filter((word) => word !== "--net"),
  );
});

test("no word of the command or of its environment is in an argument that everyone can read", () => {
  const command = unshareCommand(spec, { asRoot: false, arch: "amd64", host });
  const words = [command.file, ...command.args, ...Object.entries(command.env).flat()];
  expect(words.filter((word) => /secret|detector/.test(word))).toEqual([]);
});
