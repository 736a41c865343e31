import { calculatedMemory } from "./calculator.ts";
import type { LaunchInputs } from "./java-facts.ts";
import { isOn, numberIn, type Settings } from "./settings.ts";
import { bytesOf, kibibyte, largestSize, mebibyte, percentOf } from "./sizes.ts";
import type { UserOptions } from "./user-options.ts";

/** The memory of a container in bytes. */
export interface ContainerMemory {
  /** The limit or, without a limit, the machine's memory; undefined if neither is known. */
  readonly available: number | undefined;
  /** The limit; undefined without a limit below the machine's memory. */
  readonly limit: number | undefined;
}

/**
 * Returns the memory of a container, from the memory of the machine and the limits of control
 * groups. Version 1 of control groups represents a missing limit by a number that is larger than
 * any size.
 */
export function containerMemory(machine: number | undefined, limits: readonly (number | undefined)[]): ContainerMemory {
  const known = limits.filter((each) => each !== undefined).filter((each) => each > 0 && each < largestSize);
  const limit = known.length === 0 ? undefined : Math.min(...known);
  return limit === undefined || limit >= (machine ?? Number.POSITIVE_INFINITY)
    ? { available: machine, limit: undefined }
    : { available: limit, limit };
}

/** Inputs for the memory options. */
interface MemoryInputs extends LaunchInputs {
  readonly memory: ContainerMemory;
  /** Prints a line that is not a warning. */
  readonly print: (text: string) => void;
}

/** Returns the JVM options that set the size of the heap and, with the memory calculator, of all other areas. */
export function memoryOptions({ memory, print, ...inputs }: MemoryInputs): readonly string[] {
  const total = totalMemory(inputs);
  const freePercent = numberIn("BPL_JVM_HEAD_ROOM", [0, 99], inputs) ?? 0;
  const hasHeap = setsHeap(inputs.user);
  if (isOn("BPL_JVM_MEMORY_CALCULATOR", inputs)) {
    const whole = total ?? memory.available;
    const calculated = calculatedMemory({ ...inputs, whole, freePercent, hasHeap });
    if (calculated !== undefined) {
      print(calculated.summary);
      return calculated.options;
    }
  }
  const size = total === undefined ? memory : { available: total, limit: total };
  return hasHeap ? [] : percentOptions(inputs, size, freePercent);
}

function totalMemory({ env, warn }: Settings): number | undefined {
  const text = env.BPL_JVM_TOTAL_MEMORY ?? "";
  const bytes = bytesOf(text);
  if (text !== "" && bytes === undefined) warn("BPL_JVM_TOTAL_MEMORY is ignored: a size such as 512M is expected");
  return bytes;
}

/** A user who sets one of these options has decided about the heap. */
const setsHeap = (user: UserOptions): boolean => user.has("-Xmx", "-XX:MaxHeapSize=", "-XX:MaxRAM", "-XX:MinRAM");

// Without options, the JVM takes a quarter of the container. With a limit, it gets bytes instead of a percentage: the JVM looks for control
// groups in the mounts of its process, and takes the machine for its container if a sandbox passes the limit in another way.
function percentOptions(
  settings: Settings,
  { available, limit }: ContainerMemory,
  freePercent: number,
): readonly string[] {
  const percent = numberIn("BPL_JVM_HEAP_PERCENT", [0, 100], settings);
  if (percent === 0) return [];
  const share = Math.max(1, Math.floor(((percent ?? usualPercent(available)) * (100 - freePercent)) / 100));
  if (limit !== undefined) return [`-Xmx${Math.floor(percentOf(share, limit) / kibibyte)}k`];
  // Java 8 does not accept whole numbers here
  const ofMachine = `-XX:MaxRAMPercentage=${share}.0`;
  // this one counts on machines with less than 250 MB, where Java takes half, unless the user requests a percentage
  return percent === undefined ? [ofMachine] : [ofMachine, `-XX:MinRAMPercentage=${share}.0`];
}

/** The heap's usual percentage. Classes, code and stacks need about as much memory in a small container as in a large one. */
function usualPercent(available = Number.POSITIVE_INFINITY): number {
  if (available <= 256 * mebibyte) return 50;
  if (available <= 512 * mebibyte) return 60;
  if (available <= 1024 * mebibyte) return 70;
  return available <= 2048 * mebibyte ? 75 : 80;
}
