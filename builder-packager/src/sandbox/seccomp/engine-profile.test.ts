// @needs cc
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { SyscallName } from "../syscalls/numbers.ts";
import { engineProfile } from "./engine-profile.ts";
import { knownCalls } from "./known-calls.ts";
import { rules } from "./rules.ts";

const profile = engineProfile("amd64");

/** Returns an engine's decision about a call with the profile. libseccomp compares 64 bits. */
function verdict(name: string, args: readonly (number | bigint)[] = []): string {
  const matching = profile.syscalls.filter(
    ({ names, args: comparisons = [] }) =>
      names.includes(name) &&
      comparisons.every(
        ({ index, value, valueTwo }) =>
          (BigInt.asUintN(64, BigInt(args[index] ?? 0)) & BigInt(value)) === BigInt(valueTwo),
      ),
  );
  const outcomes = new Set(matching.map(({ action }) => action));
  expect(outcomes.size).toBeLessThan(2);
  return matching[0]?.action === "SCMP_ACT_ALLOW" ? "allowed" : "refused";
}

test("the engine's seccomp profile refuses every unconditionally forbidden call and allows all other known calls", () => {
  const refused = rules.filter(({ when }) => when === undefined).flatMap(({ calls }) => calls);
  expect(refused.filter((name) => verdict(name) !== "refused")).toEqual([]);
  const ruled = new Set<string>(rules.flatMap(({ calls }) => calls));
  expect(knownCalls.filter((name) => !ruled.has(name) && verdict(name) !== "allowed")).toEqual([]);
  expect(verdict("a_call_of_a_later_kernel")).toBe("refused");
});

test.for<[SyscallName, readonly (number | bigint)[], string]>([
  ["clone", [0x003d0f00], "allowed"],
  ["clone", [17], "allowed"],
  ["clone", [0x10000011], "refused"],
  ["clone", [0x02000011n | (7n << 32n)], "refused"],
  ["unshare", [0x400], "allowed"],
  ["unshare", [0x80], "refused"],
  ["unshare", [0x10000000], "refused"],
  ["ioctl", [0, 0x5401], "allowed"],
  ["ioctl", [0, 0xc0045878], "allowed"],
  ["ioctl", [0, 0x5412], "refused"],
  ["ioctl", [0, 0x5412n | (1n << 32n)], "refused"],
  ["ioctl", [0, 0x541c], "refused"],
  ["socket", [2], "allowed"],
  ["socket", [39], "allowed"],
  ["socket", [38], "refused"],
  ["socket", [40n | (1n << 40n)], "refused"],
  ["personality", [0xffffffffffffffffn], "allowed"],
  ["personality", [0x0400000], "refused"],
  ["ptrace", [16, 7], "allowed"],
  ["ptrace", [0, 1], "allowed"],
  ["ptrace", [0x4206, 1], "refused"],
  ["process_vm_writev", [1], "refused"],
])("by the engine's seccomp profile, the system call %s with the arguments %s is %s", ([name, args, expected]) => {
  expect(verdict(name, args)).toBe(expected);
});

test("the engine's seccomp profile names all system calls in the C library's headers", () => {
  const header = readFileSync("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "utf8");
  const names = [...header.matchAll(/^#define __NR_(\w+) \d+$/gm)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(300);
  expect(names.filter((name) => !knownCalls.includes(name))).toEqual([]);
});
