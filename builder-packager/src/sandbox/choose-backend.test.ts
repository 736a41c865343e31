import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { renderError } from "../render-error.ts";
import {
  type BackendFailure,
  candidates,
  chooseBackend,
  type KernelSettings,
  namespacesUnavailable,
} from "./choose-backend.ts";
import { installFilter } from "./confine.ts";
import { execute } from "./execute.ts";
import type { Rule } from "./seccomp/rules.ts";
import { syscallArchitecture } from "./syscalls/architecture.ts";
import { syscallProgram } from "./syscalls/program.ts";

const kernel: KernelSettings = {
  apparmorRestricts: undefined,
  maxUserNamespaces: "96365",
  unprivilegedClone: undefined,
};
const missing: BackendFailure = { backend: "bubblewrap", reason: "bwrap: not installed" };
const refused: BackendFailure = { backend: "unshare-user", reason: "unshare: unshare failed: Operation not permitted" };
const tried =
  "ERROR: No sandbox can be made on this machine. Tried: bubblewrap (bwrap: not installed); unshare-user (unshare: unshare failed: Operation not permitted)";

test.for<[string, Partial<KernelSettings>, string]>([
  [
    "AppArmor restricts user namespaces",
    { apparmorRestricts: "1" },
    "AppArmor restricts user namespaces (Ubuntu 23.10 and later). Run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, install an AppArmor profile for bwrap that has `userns,`, or run cnb as root.",
  ],
  [
    "user namespaces are switched off",
    { maxUserNamespaces: "0" },
    "User namespaces are switched off. Run `sudo sysctl user.max_user_namespaces=10000`, or run cnb as root.",
  ],
  [
    "ordinary users may not make them",
    { unprivilegedClone: "0" },
    "Ordinary users may not make user namespaces. Run `sudo sysctl kernel.unprivileged_userns_clone=1`, or run cnb as root.",
  ],
  [
    "a container forbids them",
    {},
    "Inside a container, allow namespaces: `docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN`, or run cnb on the machine itself.",
  ],
])("the error says what to do when %s", ([, settings, hint]) => {
  const error = namespacesUnavailable([missing, refused], { ...kernel, ...settings }, false);
  expect(renderError(error)).toBe(`${tried}\nHINT: ${hint}\nCODE: NAMESPACES_UNAVAILABLE\n`);
});

test("without any tool the advice is to install one", () => {
  expect(namespacesUnavailable([missing], kernel, false).hint).toBe("Install the package bubblewrap.");
});

test.for<[string | undefined, boolean, readonly string[]]>([
  [undefined, true, ["unshare-root", "bubblewrap", "unshare-user", "docker", "podman"]],
  ["", false, ["bubblewrap", "unshare-user", "docker", "podman"]],
  ["auto", false, ["bubblewrap", "unshare-user", "docker", "podman"]],
  ["unshare", true, ["unshare-root"]],
  ["unshare", false, ["unshare-user"]],
  ["unshare-user", true, ["unshare-user"]],
  ["docker", false, ["docker"]],
])("%s (as root: %s) may be %j", ([wanted, isRoot, expected]) => {
  expect(candidates(wanted, isRoot)).toEqual(expected);
});

test("another word is refused", () => {
  expect(() => candidates("chroot", false)).toThrow(
    expect.objectContaining({
      code: "ARGUMENT_INVALID",
      message: '"chroot" is no sandbox',
      hint: "Set --backend or LIBCNB_SANDBOX to one of auto, bubblewrap, unshare, docker, podman, direct.",
    }),
  );
});

test("a sandbox is found on this machine", async () => {
  expect(["bubblewrap", "unshare-root", "unshare-user"]).toContain(await chooseBackend());
});

const newNamespaces = { argument: 0, hasAnyBit: 0x7e020000 };

/** What a backend says where the kernel refuses calls, as that of a container may. */
function probedWithout(calls: Rule["calls"], errno: number, backend: string): string {
  const dir = mkdtempSync(join(tmpdir(), "probe-"));
  try {
    const arch = syscallArchitecture();
    const args = ["--conditions=@libcnb/source", join(import.meta.dirname, "testing/probe.ts"), backend];
    const steps = [
      { what: "refuse new privileges", call: "prctl", args: [38, 1, 0, 0, 0] } as const,
      ...(calls.length > 0
        ? installFilter(arch, [{ calls, errno, ...(calls.includes("clone") ? { when: [newNamespaces] } : {}) }])
        : []),
      ...execute([process.execPath, ...args], { PATH: process.env["PATH"] ?? "" }),
    ];
    const file = join(dir, "program");
    writeFileSync(file, syscallProgram(steps, arch).bytes, { mode: 0o755 });
    return spawnSync(file, { encoding: "utf8", timeout: 30_000 }).stdout;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const { EPERM, ENOSYS } = constants.errno;
const isRoot = process.getuid?.() === 0;

test.for<[string, Rule["calls"], number, RegExp]>([
  ["without seccomp", ["seccomp"], ENOSYS, /: install the seccomp filter: function not implemented$/],
  ["without new roots", ["pivot_root"], EPERM, /pivot_root|make the image's files the root: operation not permitted/],
  ["without mounts", ["mount"], EPERM, /set up: (make mounts private|bwrap): .*(not permitted|denied)/],
  [
    "without namespaces",
    ["unshare", "clone"],
    EPERM,
    /set up: (make a? ?(user )?namespaces?: .*not permitted|bwrap: No permissions to create)/i,
  ],
  ["as it is", [], 0, /^works$/],
])("a backend of namespaces is tried by a start: %s", ([, calls, errno, said]) => {
  for (const backend of [...(isRoot ? ["unshare-root"] : []), "unshare-user", "bubblewrap"])
    expect(`${backend}: ${probedWithout(calls, errno, backend)}`.replace(`${backend}: works`, "works")).toMatch(said);
});
