import { constants } from "node:os";
import type { SyscallArchitecture } from "../syscalls/assembled.ts";
import { knownCalls } from "./known-calls.ts";
import { type ArgumentTest, rules } from "./rules.ts";

/** A comparison of an argument: `(argument & value) === valueTwo`. */
interface Comparison {
  readonly index: number;
  readonly value: number;
  readonly valueTwo: number;
  readonly op: "SCMP_CMP_MASKED_EQ";
}

/** A rule of a profile: calls with the same action. */
interface ProfileRule {
  readonly names: readonly string[];
  readonly action: "SCMP_ACT_ALLOW" | "SCMP_ACT_ERRNO";
  readonly errnoRet?: number;
  readonly args?: readonly Comparison[];
}

/** A seccomp profile of a container engine (https://docs.docker.com/engine/security/seccomp/). */
export interface EngineProfile {
  readonly defaultAction: "SCMP_ACT_ERRNO";
  readonly defaultErrnoRet: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly ProfileRule[];
}

const names: Readonly<Record<SyscallArchitecture, string>> = { amd64: "SCMP_ARCH_X86_64", arm64: "SCMP_ARCH_AARCH64" };

/**
 * Returns the sandbox's system call filter in the format of container engines. Unknown calls fail
 * with ENOSYS. Calls that are refused for certain arguments also fail with ENOSYS, because a
 * profile can only permit such a call for the other arguments.
 */
export function engineProfile(arch: SyscallArchitecture): EngineProfile {
  const ruled = new Set<string>(rules.flatMap(({ calls }) => calls));
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: constants.errno.ENOSYS,
    architectures: [names[arch]],
    syscalls: [
      { names: knownCalls.filter((name) => !ruled.has(name)), action: "SCMP_ACT_ALLOW" },
      ...rules.flatMap(({ calls, errno, when }): readonly ProfileRule[] =>
        when === undefined
          ? [{ names: calls, action: "SCMP_ACT_ERRNO", errnoRet: errno }]
          : when.flatMap(failing).map((comparison) => ({ names: calls, action: "SCMP_ACT_ALLOW", args: [comparison] })),
      ),
    ],
  };
}

/**
 * Comparisons of which at least one is true if a test is false. Each compares 32 bits, as many as
 * the kernel reads.
 */
function failing(test: ArgumentTest): readonly Comparison[] {
  const compare = ([value, valueTwo]: Cube): Comparison => {
    return { index: test.argument, value, valueTwo, op: "SCMP_CMP_MASKED_EQ" };
  };
  if ("hasAnyBit" in test) return [compare([test.hasAnyBit, 0])];
  if ("isNoneOf" in test) return test.isNoneOf.map((value) => compare([0xffffffff, value]));
  return allBut(test.isOneOf).map(compare);
}

/** The numbers whose bits under `mask` equal `bits`. */
type Cube = readonly [mask: number, bits: number];

/**
 * Covers all 32-bit numbers except `values`. Other comparison operators of engines compare 64 bits,
 * but the calls ignore the upper 32.
 */
function allBut(values: readonly number[], [mask, bits]: Cube = [0, 0], location = 31): readonly Cube[] {
  if (values.length === 0) return [[mask, bits]];
  if (location < 0) return [];
  const bit = 2 ** location;
  const having = (value: number): boolean => Math.floor(value / bit) % 2 === 1;
  return [
    ...allBut(values.filter(having), [mask + bit, bits + bit], location - 1),
    ...allBut(
      values.filter((value) => !having(value)),
      [mask + bit, bits],
      location - 1,
    ),
  ];
}
