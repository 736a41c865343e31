// @needs bwrap, namespaces
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installFilter } from "../confine.ts";
import { execute } from "../processes/execute.ts";
import type { Rule } from "../seccomp/rules.ts";
import { syscallArchitecture } from "../syscalls/architecture.ts";
import { syscallProgram } from "../syscalls/program.ts";
import { chooseBackend } from "./choose-backend.ts";

test("a working sandbox is found on this machine", async () => {
  expect(["bubblewrap", "unshare-root", "unshare-user"]).toContain(await chooseBackend());
});

const newNamespaces = { argument: 0, hasAnyBit: 0x7e020000 };

/** The message of a backend if the kernel refuses calls, as that of a container may. */
function probedWithout(calls: Rule["calls"], errno: number, backend: string): string {
  const dir = mkdtempSync(join(tmpdir(), "probe-"));
  try {
    const arch = syscallArchitecture();
    const args = ["--conditions=@libcnb/source", join(import.meta.dirname, "../testing/probe.ts"), backend];
    const steps = [
      { what: "set no_new_privs", call: "prctl", args: [38, 1, 0, 0, 0] } as const,
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
  [
    "reports that the kernel lacks seccomp",
    ["seccomp"],
    ENOSYS,
    /: cannot install the seccomp filter: function not implemented$/,
  ],
  [
    "reports that pivot_root is not permitted",
    ["pivot_root"],
    EPERM,
    /pivot_root|cannot change the root directory to the image's files: operation not permitted/,
  ],
  [
    "reports that mounting is not permitted",
    ["mount"],
    EPERM,
    /set up: (cannot make the mounts private|bwrap): .*(not permitted|denied)/,
  ],
  [
    "reports that creating namespaces is not permitted",
    ["unshare", "clone"],
    EPERM,
    /set up: (cannot create (a user namespace|the namespaces): .*not permitted|bwrap: No permissions to create|bwrap: Creating new namespace failed: .*not permitted)/i,
  ],
  ["succeeds if no permission is missing", [], 0, /^works$/],
])("the probe of a namespace backend %s", ([, calls, errno, said]) => {
  for (const backend of [...(isRoot ? ["unshare-root"] : []), "unshare-user", "bubblewrap"])
    expect(`${backend}: ${probedWithout(calls, errno, backend)}`.replace(`${backend}: works`, "works")).toMatch(said);
});
