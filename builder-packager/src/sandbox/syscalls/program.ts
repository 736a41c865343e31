import { assembled, type SyscallArchitecture } from "./assembled.ts";
import { type SyscallName, syscallNumber } from "./numbers.ts";

/** The position of an argument of a labelled step. Earlier steps can write to it. */
export interface ArgumentSlot {
  readonly step: string;
  readonly argument: number;
}

/**
 * An argument of a system call. A number is passed unchanged. A string is passed as the address of
 * a C string. Bytes, an array, or the argument of another step are passed as their address. An
 * array consists of 64-bit words, which are numbers or addresses.
 */
export type Data = number | bigint | string | Uint8Array | ArgumentSlot | readonly Data[];

/** A step of a program: a system call, or a comparison of the last call's result with a number. */
export interface Step {
  /** A description of the step for error messages. */
  readonly what: string;
  readonly call: SyscallName | "compare";
  readonly args: readonly Data[];
  /** True to pass the result as the first argument of the next step. */
  readonly passResult?: true;
  /** The argument of another step into which the result is written. */
  readonly resultTo?: ArgumentSlot;
  /**
   * The step to continue with after success: its label, or its distance in steps. @default the next
   * step
   */
  readonly onSuccess?: string | number;
  /**
   * The label of the step to continue with after an error; `next` stands for the next step.
   * @default the program reports the error and ends
   */
  readonly onError?: string;
  readonly label?: string;
}

/** The step of a program that failed, and its error number. */
export interface StepFailure {
  readonly what: string;
  /** The error number; undefined if a comparison failed. */
  readonly errno: number | undefined;
}

/** A program that executes a list of system calls. */
export interface SyscallProgram {
  /** The bytes of a static executable, or the input of the loader. */
  readonly bytes: Uint8Array;
  /** Parses the failure that the program reported to file descriptor 3; undefined if there is none. */
  failure(report: Uint8Array): StepFailure | undefined;
}

const codeSize = 0x1000; // the list begins there, in the file
const listAddress = 0x421000n;
/**
 * The memory address at which the loader puts its list of steps, far from the loader's own memory.
 */
export const loadedAddress = 0x10000000n;
const recordSize = 80;
const sizeFields = [64 + 56 + 32, 64 + 56 + 40]; // in the file's second segment header: in the file, in memory
/** The size of a failure report in bytes. */
export const reportSize = 24;

/**
 * Creates an executable that executes `steps` in order. `knownLabels` contains the addresses of
 * labelled steps in other programs.
 */
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

/** Encodes steps as input of the loader: the length of the list, then the list. */
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
    if (found === undefined) throw new Error(`no step of the sandbox program has the label ${label}`);
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

/** The data that the steps point to, in memory after the steps. */
class Heap {
  readonly parts: Uint8Array[] = [];
  /**
   * Addresses of data that was already added: the arguments and the environment are the same for
   * each path of an executable that is tried.
   */
  readonly #known = new Map<Data, bigint>();
  #end: bigint;
  readonly #resolveSlot: (location: ArgumentSlot) => bigint;

  constructor(start: bigint, location: (location: ArgumentSlot) => bigint) {
    this.#end = start;
    this.#resolveSlot = location;
  }

  /** Adds a datum and returns the word that refers to it. */
  put(datum: Data): bigint {
    if (typeof datum === "number" || typeof datum === "bigint") return BigInt(datum);
    if (isSlot(datum)) return this.#resolveSlot(datum);
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
