// @needs cc
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refuseCalls } from "../confine.ts";
import { syscallArchitecture } from "../syscalls/architecture.ts";
import type { SyscallArchitecture } from "../syscalls/assembled.ts";
import { numberOf, type SyscallName } from "../syscalls/numbers.ts";
import { type Data, syscallProgram } from "../syscalls/program.ts";
import { seccompFilter } from "./filter.ts";
import { auditArchitectures, lastKnownCall, rules } from "./rules.ts";

const { EAFNOSUPPORT, ENOSYS, EPERM } = constants.errno;

interface Call {
  readonly arch: number;
  readonly number: number;
  readonly args?: readonly bigint[];
}

/** The kernel's decision about a call: classic BPF as in seccomp(2), on `struct seccomp_data`. */
function verdict(filter: Uint8Array, { arch, number, args = [] }: Call): string {
  const code = Buffer.from(filter);
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(arch, 4);
  for (const [index, arg] of args.entries()) data.writeBigUInt64LE(BigInt.asUintN(64, arg), 16 + index * 8);
  let accumulator = 0;
  for (let at = 0; at < code.length / 8; at++) {
    const [operation, operand] = [code.readUInt16LE(at * 8), code.readUInt32LE(at * 8 + 4)];
    const jump = (isTrue: boolean) => {
      at += code.readUInt8(at * 8 + (isTrue ? 2 : 3));
    };
    if (operation === 0x20) accumulator = data.readUInt32LE(operand);
    else if (operation === 0x05) at += operand;
    else if (operation === 0x15) jump(accumulator === operand);
    else if (operation === 0x25) jump(accumulator > operand);
    else if (operation === 0x45) jump((accumulator & operand) !== 0);
    else if (operation === 0x06) return nameOf(operand);
    else throw new Error(`no such instruction: ${operation}`);
  }
  throw new Error("the filter is not closed");
}

function nameOf(action: number): string {
  if (action === 0x7fff0000) return "allowed";
  return action === 0x80000000 ? "killed" : `error ${action & 0xffff}`;
}

describe.for(["amd64", "arm64"] as const)("the seccomp filter for %s", (arch) => {
  const filter = seccompFilter(arch, rules);
  const judge = (name: SyscallName, ...args: readonly (number | bigint)[]): string => {
    const number = numberOf(name, arch);
    if (number === undefined) throw new Error(`${arch} has no ${name}`);
    return verdict(filter, { arch: auditArchitectures[arch], number, args: args.map(BigInt) });
  };

  test("refuses every unconditionally forbidden system call", () => {
    const refused = rules
      .filter(({ when }) => when === undefined)
      .flatMap(({ calls, errno }) => calls.map((name) => [name, errno] as const))
      .filter(([name]) => numberOf(name, arch) !== undefined);
    expect(refused.length).toBeGreaterThan(50);
    expect(refused.filter(([name, errno]) => judge(name) !== `error ${errno}`)).toEqual([]);
  });

  test("allows system calls without a rule up to the last reviewed number", () => {
    const numbers = new Set(rules.flatMap(({ calls }) => calls.map((name) => numberOf(name, arch))));
    const all = Array.from({ length: lastKnownCall + 1 }, (_, number) => number);
    const others = all.filter((number) => !numbers.has(number));
    const judged = others.map((number) => verdict(filter, { arch: auditArchitectures[arch], number }));
    expect(new Set(judged)).toEqual(new Set(["allowed"]));
  });

  test.for([lastKnownCall + 1, 0x40000000, 0x40000000 + 165, 0x7fffffff, -1])(
    "answers the unknown system call %i with ENOSYS",
    (number) => {
      expect(verdict(filter, { arch: auditArchitectures[arch], number })).toBe(`error ${ENOSYS}`);
    },
  );

  test.for([0x40000003, 0x40000028, 0, 0xc0000015])(
    "kills a process that makes a system call of the foreign architecture %i",
    (foreign) => {
      expect(verdict(filter, { arch: foreign, number: 0 })).toBe("killed");
    },
  );

  test.for<[SyscallName, readonly (number | bigint)[], string]>([
    ["clone", [0x003d0f00], "allowed"], // a thread
    ["clone", [17], "allowed"], // fork
    ["clone", [0x10000011], `error ${EPERM}`],
    ["clone", [0x40000000], `error ${EPERM}`],
    ["clone", [0x02000011n | (7n << 32n)], `error ${EPERM}`], // the upper half is not read by the kernel, either
    ["unshare", [0x400], "allowed"], // CLONE_FILES
    ["unshare", [0x80], `error ${EPERM}`],
    ["unshare", [0x10000000], `error ${EPERM}`],
    ["ioctl", [0, 0x5401], "allowed"],
    ["ioctl", [0, 0x5412], `error ${EPERM}`],
    ["ioctl", [0, 0x5412n | (1n << 32n)], `error ${EPERM}`],
    ["ioctl", [0, 0x541c], `error ${EPERM}`],
    ["socket", [2], "allowed"],
    ["socket", [16], "allowed"],
    ["socket", [38], `error ${EAFNOSUPPORT}`],
    ["socket", [40], `error ${EAFNOSUPPORT}`],
    ["personality", [0xffffffff], "allowed"],
    ["personality", [0xffffffffffffffffn], "allowed"],
    ["personality", [8], "allowed"],
    ["personality", [0x0400000], `error ${EPERM}`], // READ_IMPLIES_EXEC
    ["ptrace", [0, 0], "allowed"], // PTRACE_TRACEME
    ["ptrace", [16, 7], "allowed"],
    ["ptrace", [16, 1], `error ${EPERM}`],
    ["ptrace", [0x4206, 1], `error ${EPERM}`],
    ["process_vm_writev", [7], "allowed"],
    ["process_vm_writev", [1], `error ${EPERM}`],
  ])("decides about the system call %s with the arguments %s: %s", ([name, args, expected]) => {
    expect(judge(name, ...args)).toBe(expected);
  });

  test("is within the kernel's size limit", () => {
    expect(filter.length / 8).toBeLessThan(4096);
  });
});

test("the seccomp filter's call numbers match the C library's headers", () => {
  const header = readFileSync("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "utf8");
  const inHeader = new Map(
    [...header.matchAll(/^#define __NR_(\w+) (\d+)$/gm)].map(([, name, nr]) => [name, Number(nr)]),
  );
  const names = [...new Set(rules.flatMap(({ calls }) => calls))];
  const known = names.filter((name) => inHeader.has(name));
  expect(known.length).toBeGreaterThan(60);
  expect(known.filter((name) => inHeader.get(name) !== numberOf(name, "amd64"))).toEqual([]);
});

/** Makes a call under the filter in this kernel, and says what came of it. */
function inKernel(name: SyscallName, args: readonly Data[]): string {
  const dir = mkdtempSync(join(tmpdir(), "seccomp-"));
  try {
    const what = "call";
    const arch: SyscallArchitecture = syscallArchitecture();
    const steps = [...refuseCalls(arch), { what, call: name, args }, { what, call: "exit_group" as const, args: [0] }];
    const { bytes, failure } = syscallProgram(steps, arch);
    writeFileSync(join(dir, "program"), bytes);
    chmodSync(join(dir, "program"), 0o755);
    const { output } = spawnSync(join(dir, "program"), [], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    const failed = failure((output as readonly unknown[])[3] as Buffer);
    return failed ? `error ${failed.errno}` : "allowed";
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test.for<[string, SyscallName, readonly Data[], string]>([
  ["refuses keyctl", "keyctl", [0, -3, 0], `error ${EPERM}`],
  ["refuses add_key", "add_key", ["user", "x", "y", 1, -3], `error ${EPERM}`],
  ["refuses unshare of a user namespace", "unshare", [0x10000000], `error ${EPERM}`],
  ["allows unshare of file descriptors", "unshare", [0x400], "allowed"],
  ["refuses mount", "mount", ["tmpfs", "/mnt", "tmpfs", 0, 0], `error ${EPERM}`],
  ["refuses chroot", "chroot", ["/"], `error ${EPERM}`],
  ["fails clone3 with ENOSYS", "clone3", [0, 0], `error ${ENOSYS}`],
  ["fails io_uring_setup with ENOSYS", "io_uring_setup", [1, Buffer.alloc(200)], `error ${ENOSYS}`],
  ["allows internet sockets", "socket", [2, 2, 0], "allowed"],
  ["refuses vsock sockets", "socket", [40, 1, 0], `error ${EAFNOSUPPORT}`],
  ["refuses ptrace", "ptrace", [16, 1], `error ${EPERM}`],
])("the running kernel with the seccomp filter %s", ([, name, args, expected]) => {
  expect(inKernel(name, args)).toBe(expected);
});
