import type { LaunchInputs } from "./java-facts.ts";
import { numberIn } from "./settings.ts";
import { bytesOf, kibibyte, mebibyte, percentOf } from "./sizes.ts";
import type { UserOptions } from "./user-options.ts";

/** The inputs of the memory calculator. */
interface CalculatorInputs extends LaunchInputs {
  /** The memory of the container in bytes; undefined if it is not known. */
  readonly whole: number | undefined;
  /** The percentage of the memory that stays free. */
  readonly freePercent: number;
  /** True if the user has set the heap's size. */
  readonly hasHeap: boolean;
}

/** The JVM options that the memory calculator chose, and a log line about them. */
export interface CalculatedMemory {
  readonly options: readonly string[];
  /** A line for the log. */
  readonly summary: string;
}

/**
 * Calculates the size of each memory area of Java. Returns undefined, with a warning, if the sizes
 * cannot be calculated; the heap then gets a percentage of the container's memory. Paketo's
 * calculator refuses to start in a container that is too small. This calculator assumes smaller
 * areas instead, and never prevents an app from starting.
 *
 * @see https://github.com/cloudfoundry/java-buildpack-memory-calculator
 */
export function calculatedMemory({ whole, ...inputs }: CalculatorInputs): CalculatedMemory | undefined {
  const { freePercent, hasHeap, user, warn } = inputs;
  if (whole === undefined) {
    warn("The memory limit of the container is unknown: set BPL_JVM_TOTAL_MEMORY for the memory calculator");
    return undefined;
  }
  const classes = loadedClasses(inputs);
  const threads = numberIn("BPL_JVM_THREAD_COUNT", [1, 100_000], inputs) ?? 250;
  const needs = { whole, freePercent, classes, user };
  const usual = areasOf(needs, { code: 240 * mebibyte, stack: 1024 * kibibyte, threads });
  if (hasHeap || isEnough(usual, whole)) return resultOf(usual, { ...needs, hasHeap });
  const small = areasOf(needs, { code: 64 * mebibyte, stack: 512 * kibibyte, threads: Math.min(threads, 50) });
  if (!isEnough(small, whole)) {
    warn(tooSmall(small, needs));
    return undefined;
  }
  warn(
    `The container has little memory: the memory calculator reserves less for code and stacks, and assumes ${small.threads} threads`,
  );
  return resultOf(small, { ...needs, hasHeap });
}

/** The JVM loads at most about a third of all classes. */
function loadedClasses({ java, ...settings }: LaunchInputs): number {
  const own = numberIn("BPI_JVM_CLASS_COUNT", [0, 10_000_000], settings) ?? 0;
  const chosen = numberIn("BPL_JVM_LOADED_CLASS_COUNT", [1, 10_000_000], settings);
  return chosen ?? Math.floor(((java.classes + own) * 35) / 100);
}

interface Needs {
  readonly whole: number;
  readonly freePercent: number;
  readonly classes: number;
  readonly user: UserOptions;
}

interface Assumptions {
  readonly code: number;
  /** The stack of one thread. */
  readonly stack: number;
  readonly threads: number;
}

/** The memory areas in bytes. */
interface MemoryAreas extends Assumptions {
  readonly heap: number;
  readonly direct: number;
  readonly metaspace: number;
}

/** The options for the areas other than the heap. */
const areaOptions = {
  direct: "-XX:MaxDirectMemorySize=",
  metaspace: "-XX:MaxMetaspaceSize=",
  code: "-XX:ReservedCodeCacheSize=",
  stack: "-Xss",
} as const;

/** The areas, with the sizes that the user has set. The heap gets the memory that remains. */
function areasOf({ whole, freePercent, classes, user }: Needs, { threads, ...assumed }: Assumptions): MemoryAreas {
  const size = (area: keyof typeof areaOptions, usual: number) => bytesOf(user.rest(areaOptions[area]) ?? "") ?? usual;
  const direct = size("direct", 10 * mebibyte);
  const metaspace = size("metaspace", 14_000_000 + 5800 * classes);
  const code = size("code", assumed.code);
  const stack = size("stack", assumed.stack);
  const free = percentOf(freePercent, whole);
  return { heap: whole - free - direct - metaspace - code - stack * threads, direct, metaspace, code, stack, threads };
}

const isEnough = ({ heap }: MemoryAreas, whole: number): boolean => heap >= Math.floor(whole / 4);

function resultOf(
  areas: MemoryAreas,
  { whole, freePercent, classes, user, hasHeap }: Needs & { readonly hasHeap: boolean },
): CalculatedMemory {
  const sized = (option: string, bytes: number) => `${option}${Math.floor(bytes / kibibyte)}k`;
  const areaNames = Object.keys(areaOptions) as readonly (keyof typeof areaOptions)[];
  const options = [
    ...(hasHeap ? [] : [sized("-Xmx", areas.heap)]),
    ...areaNames.filter((area) => !user.has(areaOptions[area])).map((area) => sized(areaOptions[area], areas[area])),
  ];
  const size = `${megabytes(whole)} MB, ${areas.threads} threads, ${classes} classes, ${freePercent} % free`;
  return { options, summary: `${["Calculated for Java:", ...options].join(" ")} (${size})` };
}

const tooSmall = ({ direct, metaspace, code, stack, threads }: MemoryAreas, needs: Needs): string =>
  `The memory calculator cannot fit the heap into ${megabytes(needs.whole)} MB: ${needs.freePercent} % stay free, and Java needs ${megabytes(direct)} MB of direct memory, ${megabytes(metaspace)} MB for ${needs.classes} classes, ${megabytes(code)} MB of code and ${megabytes(stack * threads)} MB for ${threads} threads. The heap gets a share of the container instead. Give the container more memory, or set BPL_JVM_THREAD_COUNT and BPL_JVM_LOADED_CLASS_COUNT to lower values.`;

const megabytes = (bytes: number): number => Math.floor(bytes / mebibyte);
