import { expect, test } from "vitest";
import { type Check, diagnose } from "./diagnose.ts";
import type { MachineFacts } from "./facts.ts";

/** A machine on which all is well. */
const well: MachineFacts = {
  platform: "linux",
  arch: "x64",
  node: "v24.0.0",
  isRoot: false,
  inContainer: false,
  backends: [{ backend: "bubblewrap" }, { backend: "unshare" }],
  kernel: { apparmorRestricts: undefined, maxUserNamespaces: "1000", unprivilegedClone: undefined },
  subordinateIds: { ranges: true, newuidmap: true },
  openFiles: 4096,
  cache: { dir: "/home/me/.cache/libcnb", fileSystem: "ext4", freeBytes: 50e9 },
  memoryLimits: "cgroup",
  processLimits: "cgroup",
  extensions: { version: "1.28.2" },
  proxies: {},
  authorities: [],
  credentials: [],
  nowMs: Date.parse("2027-01-02T03:04:05Z"),
};

test("cnb doctor on a healthy machine reports no problem", () => {
  expect(diagnose(well)).toEqual({
    canBuild: true,
    checks: [
      { name: "backend bubblewrap", status: "ok", message: "works" },
      { name: "backend unshare", status: "ok", message: "works" },
      { name: "buildpacks", status: "ok", message: "run in bubblewrap by default" },
      { name: "cache", status: "ok", message: "/home/me/.cache/libcnb (ext4)" },
      { name: "disk", status: "ok", message: "50.0 GB free for the cache" },
      { name: "open files", status: "ok", message: "4096 at once" },
      { name: "memory limits", status: "ok", message: "--memory limits all processes together" },
      { name: "image extensions", status: "ok", message: "Dockerfiles are applied by buildah 1.28.2" },
      { name: "clock", status: "ok", message: "2027-01-02T03:04:05.000Z" },
    ],
  });
});

const refused = "bwrap: setting up uid map: Permission denied";
const apparmor =
  "AppArmor restricts user namespaces (Ubuntu 23.10 and later). Run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, install an AppArmor profile for bwrap that has `userns,`, or run cnb as root.";

/** The differences from a machine without problems, and the checks that report them. */
const table: readonly (readonly [string, Partial<MachineFacts>, boolean, readonly Check[]])[] = [
  [
    "restricted user namespaces on Ubuntu 24.04 without Docker",
    {
      backends: [{ backend: "bubblewrap", reason: refused }],
      kernel: { ...well.kernel, apparmorRestricts: "1" },
    },
    false,
    [
      { name: "backend bubblewrap", status: "absent", message: refused, advice: apparmor },
      {
        name: "buildpacks",
        status: "failed",
        message: "cannot be run: no backend works",
        advice: "Make one of the backends above work; each line has a hint.",
      },
    ],
  ],
  [
    "restricted user namespaces on Ubuntu 24.04 with Docker",
    {
      backends: [{ backend: "bubblewrap", reason: refused }, { backend: "docker" }],
      kernel: { ...well.kernel, apparmorRestricts: "1" },
    },
    true,
    [
      { name: "backend bubblewrap", status: "absent", message: refused, advice: apparmor },
      { name: "backend docker", status: "ok", message: "works" },
      { name: "buildpacks", status: "ok", message: "run in docker by default" },
    ],
  ],
  [
    "a Mac without a container engine",
    { platform: "darwin", backends: [{ backend: "unshare", reason: "only on Linux" }] },
    false,
    [
      { name: "backend unshare", status: "absent", message: "only on Linux" },
      {
        name: "buildpacks",
        status: "failed",
        message: "cannot be run: no backend works",
        advice: "Install Docker or podman: only Linux has namespaces.",
      },
    ],
  ],
  [
    "a cache on a file system mounted with noexec",
    { cache: { ...well.cache, startsNoPrograms: true } },
    false,
    [
      {
        name: "cache",
        status: "failed",
        message:
          "/home/me/.cache/libcnb is on a file system that is mounted with noexec: programs of images cannot start there",
        advice: "Set LIBCNB_CACHE_DIR to a directory on a file system that is mounted without noexec.",
      },
    ],
  ],
  [
    "a missing tool",
    { backends: [{ backend: "bubblewrap", reason: "bwrap: not installed" }, { backend: "unshare" }] },
    true,
    [
      {
        name: "backend bubblewrap",
        status: "absent",
        message: "bwrap: not installed",
        advice: "Install the package bubblewrap.",
      },
    ],
  ],
  [
    "a Docker socket without permission",
    {
      backends: [
        { backend: "unshare" },
        { backend: "docker", reason: "no container engine responds at unix:///s", hint: "join its group" },
      ],
    },
    true,
    [
      {
        name: "backend docker",
        status: "absent",
        message: "no container engine responds at unix:///s",
        advice: "join its group",
      },
    ],
  ],
  [
    "podman without subordinate user IDs",
    { backends: [{ backend: "unshare" }, { backend: "podman", reason: "newuidmap: not found", hint: "podman info" }] },
    true,
    [
      {
        name: "backend podman",
        status: "absent",
        message: "newuidmap: not found",
        advice:
          "Install the package uidmap, and give yourself subordinate ids: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER",
      },
    ],
  ],
  [
    "a read-only cache",
    { cache: { dir: "/c", problem: "EROFS: read-only file system" } },
    false,
    [
      {
        name: "cache",
        status: "failed",
        message: "/c cannot be written: EROFS: read-only file system",
        advice: "Set LIBCNB_CACHE_DIR to a directory that you can write to.",
      },
      { name: "disk", status: "warning", message: "the free space is unknown" },
    ],
  ],
  [
    "a full cache on a network file system",
    { cache: { dir: "/c", fileSystem: "nfs", freeBytes: 1000 } },
    false,
    [
      {
        name: "cache",
        status: "warning",
        message: "/c is on nfs, which is slow and supports neither owners nor hard links",
        advice: "Set LIBCNB_CACHE_DIR to a directory on a disk of this machine.",
      },
      {
        name: "disk",
        status: "failed",
        message: "1.0 kB free for the cache",
        advice: "Free some space, or run cnb cache prune --unused-for 0d.",
      },
    ],
  ],
  [
    "a cache with a limit",
    { cache: { dir: "/c", freeBytes: 50e9, sizeBytes: 1.25e9, limitBytes: 20e9 } },
    true,
    [{ name: "cache", status: "ok", message: "/c, 1.3 GB, limit 20.0 GB" }],
  ],
  [
    "a cache without a limit",
    { cache: { dir: "/c", fileSystem: "xfs", freeBytes: 50e9, sizeBytes: 0, limitBytes: null } },
    true,
    [{ name: "cache", status: "ok", message: "/c (xfs), 0 B, no limit" }],
  ],
  [
    "a directory that a build failed to remove",
    { cache: { dir: "/c", freeBytes: 50e9, leftovers: ["/c/work/leftover-build-1"] } },
    true,
    [
      {
        name: "cache",
        status: "warning",
        message: "builds could not remove /c/work/leftover-build-1",
        advice: "Run cnb cache prune as the user who owns these files.",
      },
    ],
  ],
  [
    "a low limit of open files",
    { openFiles: 256 },
    true,
    [
      {
        name: "open files",
        status: "warning",
        message: "256 at once",
        advice: "Raise the limit, for example with `ulimit -n 4096`.",
      },
    ],
  ],
  [
    "a limit of open files that is too low",
    { openFiles: 64 },
    false,
    [
      {
        name: "open files",
        status: "failed",
        message: "64 at once",
        advice: "Raise the limit, for example with `ulimit -n 4096`.",
      },
    ],
  ],
  [
    "missing access to control groups",
    { memoryLimits: "process" },
    true,
    [
      {
        name: "memory limits",
        status: "warning",
        message: "--memory limits each process by itself: your user cannot use the control groups",
        advice: "Run cnb as root, or use --backend docker or podman.",
      },
    ],
  ],
  [
    "a missing limit of processes",
    { processLimits: "none" },
    true,
    [
      {
        name: "process limits",
        status: "warning",
        message: "the number of processes in a sandbox is not limited",
        advice: "Update to Linux 5.14 or later, or use --backend docker or podman.",
      },
    ],
  ],
  [
    "a missing buildah",
    { extensions: { reason: "buildah: not installed", advice: "Install the package buildah." } },
    true,
    [
      {
        name: "image extensions",
        status: "absent",
        message: "buildah: not installed",
        advice: "Install the package buildah.",
      },
    ],
  ],
  [
    "a wrong clock",
    { nowMs: 0 },
    true,
    [
      {
        name: "clock",
        status: "warning",
        message: "1970-01-01T00:00:00.000Z cannot be right",
        advice:
          "Set the clock of this machine: with a wrong time, certificates are refused as expired or not yet valid.",
      },
    ],
  ],
  [
    "proxies, CA certificates and credentials of a company network",
    {
      proxies: { HTTPS_PROXY: "http://***@proxy:3128" },
      authorities: [{ variable: "SSL_CERT_FILE", file: "/no.pem", isReadable: false }],
      credentials: [
        { file: "/d/config.json", registries: 2, helpers: [{ name: "docker-credential-ecr-login", isFound: false }] },
        { file: "/a/auth.json", registries: 1, helpers: [] },
        { file: "/b/auth.json", registries: 0, helpers: [], problem: "no JSON" },
      ],
    },
    true,
    [
      { name: "proxy HTTPS_PROXY", status: "ok", message: "http://***@proxy:3128" },
      {
        name: "CA certificates SSL_CERT_FILE",
        status: "warning",
        message: "/no.pem cannot be read",
        advice: "Correct SSL_CERT_FILE, or unset it.",
      },
      {
        name: "credentials",
        status: "warning",
        message: "/d/config.json: 2 registries, but docker-credential-ecr-login is not on the PATH",
        advice: "Install the credential helper, or log in again without it.",
      },
      { name: "credentials", status: "ok", message: "/a/auth.json: 1 registry" },
      { name: "credentials", status: "warning", message: "/b/auth.json: no JSON", advice: "Correct /b/auth.json." },
    ],
  ],
];

test.for(table)("cnb doctor reports %s", ([, facts, canBuild, expected]) => {
  const diagnosis = diagnose({ ...well, ...facts });
  const isUsual = (check: Check) =>
    check.message === "run in unshare by default" ||
    diagnose(well).checks.some((one) => JSON.stringify(one) === JSON.stringify(check));
  expect(diagnosis.canBuild).toBe(canBuild);
  expect(diagnosis.checks.filter((check) => !isUsual(check))).toEqual(expected.filter((check) => !isUsual(check)));
});
