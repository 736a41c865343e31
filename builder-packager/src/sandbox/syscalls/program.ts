import { assembled, type SyscallArchitecture } from "./assembled.ts";
import { type SyscallName, syscallNumber } from "./numbers.ts";

/**
 * An argument of a system call: a number, or the address of a C string, of bytes, or of an array of 64-bit words that are
 * themselves numbers or addresses.
 */
export type Data = number | bigint | string | Uint8Array | readonly Data[];

/** A step of a program: a system call, or a comparison of the last error with one. */
export interface Step {
  /** What a message calls it. */
  readonly what: string;
  readonly call: SyscallName | "compare";
  readonly args: readonly Data[];
  /** Its result becomes the first argument of the step after it. */
  readonly passResult?: true;
  /** Label of the step that follows. @default the next one */
  readonly onSuccess?: string;
  /** Label of the step that follows a failure, `next` for the one after it. @default the program ends with a report */
  readonly onError?: string;
  readonly label?: string;
}

/** A program that makes system calls. */
export interface SyscallProgram {
  /** A static executable. */
  readonly file: Uint8Array;
  /** What failed, by the report that the program wrote to file descriptor 3; undefined if these bytes hold none. */
  failure(report: Uint8Array): { readonly what: string; readonly errno: number } | undefined;
}

const codeSize = 0x1000; // the list begins there, in the file
const listAddress = 0x421000n;
const recordSize = 80;
const sizeFields = [64 + 56 + 32, 64 + 56 + 40]; // in the file's second segment header: in the file, in memory
const reportSize = 24;

/** Writes the program that does `steps` one after the other. */
export function syscallProgram(steps: readonly Step[], arch: SyscallArchitecture): SyscallProgram {
  const list = layOut(steps, arch);
  const file = Buffer.alloc(codeSize + list.length);
  file.set(assembled(arch));
  file.set(list, codeSize);
  for (const offset of sizeFields) file.writeBigUInt64LE(BigInt(list.length), offset);
  return { file, failure: (report) => failureOf(steps, Buffer.from(report)) };
}

function layOut(steps: readonly Step[], arch: SyscallArchitecture): Uint8Array {
  const heap = new Heap(listAddress + BigInt(steps.length * recordSize));
  const labels = new Map(steps.flatMap(({ label }, index) => (label === undefined ? [] : [[label, index] as const])));
  const next = (index: number, label: string | undefined): bigint => {
    const target = label === undefined || label === "next" ? index + 1 : labels.get(label);
    if (target === undefined) throw new Error(`no step is labelled ${label}`);
    return addressOf(target);
  };
  const words = steps.flatMap((step, index) => [
    step.call === "compare" ? -1n : BigInt(syscallNumber(step.call, arch)),
    ...[0, 1, 2, 3, 4, 5].map((at) => heap.put(step.args[at] ?? 0)),
    step.passResult ? addressOf(index + 1) + 8n : 0n,
    next(index, step.onSuccess),
    step.onError === undefined ? 0n : next(index, step.onError),
  ]);
  return Buffer.concat([quads(words), ...heap.parts]);
}

const addressOf = (index: number): bigint => listAddress + BigInt(index * recordSize);

/** What the steps point to, behind them. */
class Heap {
  readonly parts: Uint8Array[] = [];
  /** The arguments and the environment are the same for each path of an executable that is tried. */
  readonly #known = new Map<Data, bigint>();
  #end: bigint;

  constructor(start: bigint) {
    this.#end = start;
  }

  /** The word that stands for a datum. */
  put(datum: Data): bigint {
    if (typeof datum === "number" || typeof datum === "bigint") return BigInt(datum);
    const address = this.#known.get(datum) ?? this.#append(this.#bytesOf(datum));
    this.#known.set(datum, address);
    return address;
  }

  #bytesOf(datum: string | Uint8Array | readonly Data[]): Uint8Array {
    if (typeof datum === "string") return Buffer.from(`${datum}\0`);
    return datum instanceof Uint8Array ? datum : quads(datum.map((one) => this.put(one)));
  }

  #append(bytes: Uint8Array): bigint {
    const address = this.#end;
    const padded = Buffer.alloc((bytes.length + 7) & ~7);
    padded.set(bytes);
    this.parts.push(padded);
    this.#end += BigInt(padded.length);
    return address;
  }
}

function quads(words: readonly bigint[]): Uint8Array {
  const bytes = Buffer.alloc(words.length * 8);
  for (const [index, word] of words.entries()) bytes.writeBigUInt64LE(BigInt.asUintN(64, word), index * 8);
  return bytes;
}

function failureOf(steps: readonly Step[], report: Buffer): ReturnType<SyscallProgram["failure"]> {
  const at = report.length - reportSize;
  if (at < 0 || report.readBigUInt64LE(at) !== 0n) return undefined;
  const index = Number(report.readBigUInt64LE(at + 8) - listAddress) / recordSize;
  const step = steps[index];
  return step && { what: step.what, errno: -Number(report.readBigInt64LE(at + 16)) };
}
