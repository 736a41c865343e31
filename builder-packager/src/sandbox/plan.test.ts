import { expect, test } from "vitest";
import { bubblewrapCommand } from "./bubblewrap.ts";
import type { HostFacts, PreparedSpec } from "./spec.ts";
import { unshareCommand } from "./unshare.ts";
import { planEnvironment } from "./unshare-env.ts";

const names = [
  "bwrap",
  "env",
  "hostname",
  "ip",
  "mount",
  "nsenter",
  "pivot_root",
  "setpriv",
  "sh",
  "sleep",
  "umount",
  "unshare",
];
const host: HostFacts = {
  tools: Object.fromEntries(names.map((name) => [name, `/usr/bin/${name}`])),
  toolDirs: ["/usr", "/lib64"],
};
const spec: PreparedSpec = {
  rootfs: "/cache/root fs",
  rootfsWritable: false,
  mounts: [{ source: "/work/layers", target: "/layers", readonly: false }],
  command: ["/cnb/lifecycle/detector", "it's"],
  env: { PATH: "/bin", TOKEN: "secret" },
  cwd: "/workspace",
  uid: 1000,
  gid: 1001,
  network: false,
};

test("bubblewrap's options, secrets apart from the process list", () => {
  const { secretArgs, ...command } = bubblewrapCommand(spec, host);
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
        "/cnb/lifecycle/detector",
        "it's",
      ],
      "env": {},
      "file": "/usr/bin/bwrap",
    }
  `);
  expect(secretArgs?.replaceAll("\0", " ")).toMatchInlineSnapshot(
    `"--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --unshare-net --hostname cnb --uid 1000 --gid 1001 --cap-drop ALL --die-with-parent --ro-bind /cache/root fs / --proc /proc --dev /dev --perms 1777 --tmpfs /tmp --bind /work/layers /layers --chdir /workspace --clearenv --setenv PATH /bin --setenv TOKEN secret "`,
  );
});

test("unshare's script as root", () => {
  expect(unshareCommand(spec, { asRoot: true, host, rootName: "root-1" })).toMatchInlineSnapshot(`
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
    exec 5>&2 2>&3
    (trap '' CHLD; cd /; exec /usr/bin/setpriv --pdeathsig KILL /usr/bin/sh -c 'read -r _ _ _ parent _ </proc/self/stat && [ "$parent" = "$1" ] && exec /usr/bin/sleep infinity' cnb-sandbox $$) >/dev/null 2>&1 3>&- 5>&- &
    init=$!
    /usr/bin/mount -t tmpfs -o mode=755 tmpfs /sys
    printf %s '/usr /sys/usr none bind,ro,nosuid,nodev,X-mount.mkdir
    /lib64 /sys/lib64 none bind,ro,nosuid,nodev,X-mount.mkdir
    /proc /sys/proc none rbind,ro,nosuid,nodev,X-mount.mkdir
    /cache/root\\040fs /sys/root-1 none bind,ro,nosuid,nodev,X-mount.mkdir
    proc /sys/root-1/proc proc nosuid,nodev,noexec
    /dev/null /sys/root-1/dev/null none bind
    /dev/zero /sys/root-1/dev/zero none bind
    /dev/full /sys/root-1/dev/full none bind
    /dev/random /sys/root-1/dev/random none bind
    /dev/urandom /sys/root-1/dev/urandom none bind
    /dev/tty /sys/root-1/dev/tty none bind
    tmpfs /sys/root-1/dev/shm tmpfs mode=1777,nosuid,nodev
    /sys/root-1/dev /sys/dev none rbind,rw,nosuid,nodev,X-mount.mkdir
    tmpfs /sys/root-1/tmp tmpfs mode=1777,nosuid,nodev
    tmpfs /sys/old tmpfs mode=1777,nosuid,nodev,X-mount.mkdir
    /work/layers /sys/root-1/layers none bind,rw,nosuid,nodev
    ' >/sys/fstab
    /usr/bin/mount -a -T /sys/fstab
    printf cnb 2>/dev/null >/proc/sys/kernel/hostname || /usr/bin/hostname cnb
    /usr/bin/ip link set lo up
    cd /sys
    /usr/bin/pivot_root . old
    cd /
    /usr/bin/umount -l /old
    while read -r name </proc/$init/comm && [ "$name" != sleep ]; do :; done
    exec 4>&- /usr/bin/nsenter --pid=/proc/self/ns/pid_for_children -- /usr/bin/setpriv --no-new-privs --regid 1001 --clear-groups --inh-caps=-all --bounding-set=-all,+sys_chroot,+setuid,+dac_read_search /usr/bin/sh -c 'eval "$LIBCNB_SANDBOX_SCRIPT"' cnb-sandbox "$@"",
        "cnb-sandbox",
        "/cnb/lifecycle/detector",
        "it's",
      ],
      "env": {
        "LIBCNB_SANDBOX_0": "/bin",
        "LIBCNB_SANDBOX_1": "secret",
        "LIBCNB_SANDBOX_SCRIPT": "export PATH="$LIBCNB_SANDBOX_0"; unset LIBCNB_SANDBOX_0
    export TOKEN="$LIBCNB_SANDBOX_1"; unset LIBCNB_SANDBOX_1
    printf ready >&3
    unset LIBCNB_SANDBOX_SCRIPT
    exec /usr/bin/env -u OLDPWD -u PWD -u SHLVL -u _ /usr/bin/unshare --setuid 1000 --root /root-1 --wd /workspace -- "$@" 2>&5 3>&- 5>&-
    ",
      },
      "file": "/usr/bin/setpriv",
    }
  `);
});

test("unshare's script as an ordinary user", () => {
  expect(
    unshareCommand({ ...spec, network: true }, { asRoot: false, host, rootName: "root-1" }),
  ).toMatchInlineSnapshot(`
    {
      "args": [
        "--pdeathsig",
        "KILL",
        "/usr/bin/unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "--propagation",
        "private",
        "--ipc",
        "--uts",
        "--pid",
        "/usr/bin/sh",
        "-c",
        "set -e
    umask 022
    exec 5>&2 2>&3
    (trap '' CHLD; cd /; exec /usr/bin/setpriv --pdeathsig KILL /usr/bin/sh -c 'read -r _ _ _ parent _ </proc/self/stat && [ "$parent" = "$1" ] && exec /usr/bin/sleep infinity' cnb-sandbox $$) >/dev/null 2>&1 3>&- 5>&- &
    init=$!
    /usr/bin/mount -t tmpfs -o mode=755 tmpfs /sys
    printf %s '/usr /sys/usr none rbind,ro,nosuid,nodev,X-mount.mkdir
    /lib64 /sys/lib64 none rbind,ro,nosuid,nodev,X-mount.mkdir
    /proc /sys/proc none rbind,rw,nosuid,nodev,X-mount.mkdir
    /cache/root\\040fs /sys/root-1 none rbind,ro,nosuid,nodev,X-mount.mkdir
    proc /sys/root-1/proc proc nosuid,nodev,noexec
    /dev/null /sys/root-1/dev/null none bind
    /dev/zero /sys/root-1/dev/zero none bind
    /dev/full /sys/root-1/dev/full none bind
    /dev/random /sys/root-1/dev/random none bind
    /dev/urandom /sys/root-1/dev/urandom none bind
    /dev/tty /sys/root-1/dev/tty none bind
    tmpfs /sys/root-1/dev/shm tmpfs mode=1777,nosuid,nodev
    /sys/root-1/dev /sys/dev none rbind,rw,nosuid,nodev,X-mount.mkdir
    tmpfs /sys/root-1/tmp tmpfs mode=1777,nosuid,nodev
    tmpfs /sys/old tmpfs mode=1777,nosuid,nodev,X-mount.mkdir
    /work/layers /sys/root-1/layers none rbind,rw,nosuid,nodev
    ' >/sys/fstab
    /usr/bin/mount -a -T /sys/fstab
    printf cnb 2>/dev/null >/proc/sys/kernel/hostname || /usr/bin/hostname cnb
    cd /sys
    /usr/bin/pivot_root . old
    cd /
    /usr/bin/umount -l /old
    while read -r name </proc/$init/comm && [ "$name" != sleep ]; do :; done
    exec 4>&- /usr/bin/nsenter --pid=/proc/self/ns/pid_for_children -- /usr/bin/setpriv --no-new-privs /usr/bin/sh -c 'eval "$LIBCNB_SANDBOX_SCRIPT"' cnb-sandbox "$@"",
        "cnb-sandbox",
        "/cnb/lifecycle/detector",
        "it's",
      ],
      "env": {
        "LIBCNB_SANDBOX_0": "/bin",
        "LIBCNB_SANDBOX_1": "secret",
        "LIBCNB_SANDBOX_SCRIPT": "export PATH="$LIBCNB_SANDBOX_0"; unset LIBCNB_SANDBOX_0
    export TOKEN="$LIBCNB_SANDBOX_1"; unset LIBCNB_SANDBOX_1
    printf ready >&3
    unset LIBCNB_SANDBOX_SCRIPT
    exec /usr/bin/env -u OLDPWD -u PWD -u SHLVL -u _ /usr/bin/unshare --user --map-user=1000 --map-group=1001 --root /root-1 --wd /workspace -- "$@" 2>&5 3>&- 5>&-
    ",
      },
      "file": "/usr/bin/setpriv",
    }
  `);
});

test("no value of the environment is in an argument that everyone can read", () => {
  const command = unshareCommand(spec, { asRoot: false, host, rootName: "root-1" });
  expect([command.file, ...command.args].filter((word) => word.includes("secret"))).toEqual([]);
});

test("variables that would change the host's tools travel under other names", () => {
  const { carried, exports, envArgs } = planEnvironment({ LD_PRELOAD: "/x.so", "a.b": "c", PWD: "/p", ENV: "e" });
  expect({ carried, exports, envArgs }).toEqual({
    carried: { LIBCNB_SANDBOX_0: "/x.so", LIBCNB_SANDBOX_1: "e" },
    exports:
      'export LD_PRELOAD="$LIBCNB_SANDBOX_0"; unset LIBCNB_SANDBOX_0\nexport ENV="$LIBCNB_SANDBOX_1"; unset LIBCNB_SANDBOX_1\n',
    envArgs: ["-u", "OLDPWD", "-u", "SHLVL", "-u", "_", "a.b=c", "PWD=/p"],
  });
});
