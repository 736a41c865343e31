import { assembled, type SyscallArchitecture } from "./assembled.ts";
import { type SyscallName, syscallNumber } from "./numbers.ts";

/** An argument of a labelled step: a word in memory that earlier steps can fill in. */
export interface ArgumentSlot {
  readonly step: string;
  readonly argument: number;
}

/**
 * An argument of a system call: a number, or the address of a C string, of bytes, of another step's argument, or of an array of
 * 64-bit words that are themselves numbers or addresses.
 */
export type Data = number | bigint | string | Uint8Array | ArgumentSlot | readonly Data[];

/** A step of a program: a system call, or a comparison of the last call's result with a number. */
export interface Step {
  /** Its name in messages. */
  readonly what: string;
  readonly call: SyscallName | "compare";
  readonly args: readonly Data[];
  /** True to pass its result as the first argument of the next step. */
  readonly passResult?: true;
  /** The argument that receives its result. */
  readonly resultTo?: ArgumentSlot;
  /** Label of the step that follows, or how many steps further it is. @default the next one */
  readonly onSuccess?: string | number;
  /** Label of the step that follows a failure, `next` for the one after it. @default the program ends with a report */
  readonly onError?: string;
  readonly label?: string;
}

/** The step that failed. */
export interface StepFailure {
  readonly what: string;
  /** Undefined if a comparison failed. */
  readonly errno: number | undefined;
}

/** A program that makes system calls. */
export interface SyscallProgram {
  /** A static executable, or the loader's input. */
  readonly bytes: Uint8Array;
  /** Parses the failure that the program reported to file descriptor 3; undefined if there is none. */
  failure(report: Uint8Array): StepFailure | undefined;
}

const codeSize = 0x1000; // the list begins there, in the file
const listAddress = 0x421000n;
/** The address of a loaded list, far from the loader's own memory. */
export const loadedAddress = 0x10000000n;
const recordSize = 80;
const sizeFields = [64 + 56 + 32, 64 + 56 + 40]; // in the file's second segment header: in the file, in memory
/** Bytes of a report. */
export const reportSize = 24;

/** Writes the executable that does `steps` one after the other. `elsewhere` are labels of steps that it does not bring. */
export function syscallProgram(
  steps: readonly Step[],
  arch: SyscallArchitecture,
  knownLabels: Readonly<Record<string, bigint>> = {},
): SyscallProgram {
  const list = layOut(steps, arch, listAddress, knownLabels);
  const file = Buffer.alloc(codeSize + list.length);
  file.set(assembled(arch));
  file.set(list, codeSize);
  for (const offset of sizeFields) file.writeBigUInt64LE(BigInt(list.length), offset);
  return { bytes: file, failure: (report) => failureOf(steps, listAddress, Buffer.from(report)) };
}

/** Writes the same for the loader: the length of the list, and the list. */
export function loadedProgram(steps: readonly Step[], arch: SyscallArchitecture): SyscallProgram {
  const list = layOut(steps, arch, loadedAddress);
  return {
    bytes: Buffer.concat([quads([BigInt(list.length)]), list]),
    failure: (report) => failureOf(steps, loadedAddress, Buffer.from(report)),
  };
}

function layOut(
  steps: readonly Step[],
  arch: SyscallArchitecture,
  start: bigint,
  knownLabels: Readonly<Record<string, bigint>> = {},
): Uint8Array {
  const addressOf = (index: number): bigint => start + BigInt(index * recordSize);
  const labels = new Map(Object.entries(knownLabels));
  for (const [index, { label }] of steps.entries()) if (label !== undefined) labels.set(label, addressOf(index));
  const labelled = (label: string): bigint => {
    const found = labels.get(label);
    if (found === undefined) throw new Error(`no step is labelled ${label}`);
    return found;
  };
  const next = (index: number, label: string | number = "next"): bigint => {
    if (typeof label === "number") return addressOf(index + label);
    return label === "next" ? addressOf(index + 1) : labelled(label);
  };
  const location = ({ step, argument }: ArgumentSlot): bigint => labelled(step) + BigInt(8 + argument * 8);
  const resultOf = ({ passResult, resultTo }: Step, index: number): bigint => {
    if (resultTo) return location(resultTo);
    return passResult ? addressOf(index + 1) + 8n : 0n;
  };
  const heap = new Heap(addressOf(steps.length), location);
  const words = steps.flatMap((step, index) => [
    step.call === "compare" ? -1n : BigInt(syscallNumber(step.call, arch)),
    ...[0, 1, 2, 3, 4, 5].map((at) => heap.put(step.args[at] ?? 0)),
    resultOf(step, index),
    next(index, step.onSuccess),
    step.onError === undefined ? 0n : next(index, step.onError),
  ]);
  return Buffer.concat([quads(words), ...heap.parts]);
}

/** What the steps point to, behind them. */
class Heap {
  readonly parts: Uint8Array[] = [];
  /** The arguments and the environment are the same for each path of an executable that is tried. */
  readonly #known = new Map<Data, bigint>();
  #end: bigint;
  readonly #place: (location: ArgumentSlot) => bigint;

  constructor(start: bigint, location: (location: ArgumentSlot) => bigint) {
    this.#end = start;
    this.#place = location;
  }

  /** Adds a datum and returns the word that refers to it. */
  put(datum: Data): bigint {
    if (typeof datum === "number" || typeof datum === "bigint") return BigInt(datum);
    if (isSlot(datum)) return this.#place(datum);
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

const isSlot = (datum: Exclude<Data, number | bigint>): datum is ArgumentSlot =>
  typeof datum === "object" && "step" in datum;

function quads(words: readonly bigint[]): Uint8Array {
  const bytes = Buffer.alloc(words.length * 8);
  for (const [index, word] of words.entries()) bytes.writeBigUInt64LE(BigInt.asUintN(64, word), index * 8);
  return bytes;
}

function failureOf(steps: readonly Step[], start: bigint, report: Buffer): StepFailure | undefined {
  const at = report.length - reportSize;
  if (at < 0 || report.readBigUInt64LE(at) !== 0n) return undefined;
  const index = Number(report.readBigUInt64LE(at + 8) - start) / recordSize;
  const result = Number(report.readBigInt64LE(at + 16));
  return { what: steps[index]?.what ?? "read the program", errno: result < 0 ? -result : undefined };
}
