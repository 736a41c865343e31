import { constants } from "node:os";
import type { SyscallArchitecture } from "../syscalls/assembled.ts";
import { numberOf } from "../syscalls/numbers.ts";
import { type ArgumentTest, auditArchitectures, lastKnownCall, type Rule } from "./rules.ts";

/** An instruction of classic BPF: code, jump offsets if true and if false, operand. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

// BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JA, JEQ, JGT, JSET | BPF_K, BPF_RET | BPF_K
const [load, jump, jumpEqual, jumpGreater, jumpSet, give] = [0x20, 0x05, 0x15, 0x25, 0x45, 0x06];
const [killProcess, failWith, allow] = [0x80000000, 0x00050000, 0x7fff0000];
// in struct seccomp_data; the lower half of an argument comes first on both architectures
const [numberOffset, architectureOffset] = [0, 4];
const argumentOffset = (index: number): number => 16 + 8 * index;

const ret = (value: number): Instruction => [give, 0, 0, value];

/** Compiles rules into a filter for the kernel: an array of `struct sock_filter`. */
export function seccompFilter(arch: SyscallArchitecture, given: readonly Rule[]): Uint8Array {
  const instructions: readonly Instruction[] = [
    [load, 0, 0, architectureOffset],
    [jumpEqual, 1, 0, auditArchitectures[arch]],
    ret(killProcess),
    [load, 0, 0, numberOffset],
    // also those of x32, which have a bit for that in their numbers
    [jumpGreater, 0, 1, lastKnownCall],
    ret(failWith + constants.errno.ENOSYS),
    ...given.flatMap((rule) => instructionsOf(rule, arch)),
    ret(allow),
  ];
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, [code, ifTrue, ifFalse, operand]] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand >>> 0, index * 8 + 4);
  }
  return bytes;
}

function instructionsOf({ calls, errno, when = [] }: Rule, arch: SyscallArchitecture): readonly Instruction[] {
  const body = [...when.flatMap(testOf), ret(failWith + errno)];
  return calls.flatMap((name) => {
    const number = numberOf(name, arch);
    return number === undefined ? [] : [[jumpEqual, 0, body.length, number] as const, ...body];
  });
}

/**
 * Compiles a test. If it is true, the next instruction follows. If it is false, the call is
 * allowed, because no other rule is about that call.
 */
function testOf(test: ArgumentTest): readonly Instruction[] {
  const loaded: Instruction = [load, 0, 0, argumentOffset(test.argument)];
  if ("hasAnyBit" in test) return [loaded, [jumpSet, 1, 0, test.hasAnyBit], ret(allow)];
  const values = "isOneOf" in test ? test.isOneOf : test.isNoneOf;
  // A value that is equal leads behind the list: there the test holds, or the call is allowed.
  const compared = values.map((value, index): Instruction => [jumpEqual, values.length - index, 0, value]);
  if ("isOneOf" in test) return [loaded, ...compared, ret(allow)];
  return [loaded, ...compared, [jump, 0, 0, 1], ret(allow)];
}
