import type { Environment } from "./environment.ts";

const mebibyte = 1024 ** 2;

/**
 * The memory per web process in megabytes. The numbers are those of Heroku's buildpack, for which
 * apps that use WEB_CONCURRENCY were written.
 */
const webMemory = (available: number): number => (available > 16384 ? 2048 : 512);

interface Size {
  /** The limit in bytes. */
  readonly memory: number | undefined;
  /** The machine's memory in bytes. */
  readonly total: number;
  /** At most those that the process may use. */
  readonly processors: number;
}

interface ForMemory {
  readonly variables: Readonly<Record<string, string>>;
  /** Options of Node.js. */
  readonly options: readonly string[];
}

/**
 * Returns the environment variables and the options of Node.js for a container with the given
 * memory and processors. Variables that the user has set are left out.
 *
 * @param env the variables of the container
 */
export function memoryVariables(env: Environment, { memory, total, processors }: Size): ForMemory {
  // version 1 knows no "max": a limit that is larger than the machine is none
  const isLimited = memory !== undefined && memory < total;
  const available = Math.max(1, Math.floor((isLimited ? memory : total) / mebibyte));
  const perProcess = number(env.WEB_MEMORY) || webMemory(available);
  const concurrency = Math.min(Math.floor(available / perProcess), Math.floor(processors));
  const variables = {
    MEMORY_AVAILABLE: String(available),
    WEB_MEMORY: String(perProcess),
    WEB_CONCURRENCY: String(Math.max(1, concurrency)),
  };
  return {
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => !env[name])),
    options: isLimited ? heapOptions(env, available) : [],
  };
}

/**
 * Returns the option for the maximum heap: by default 75 % of the container's memory. Without it, V8 uses half of the memory
 * or less. The rest of the memory is for buffers, code and threads.
 */
function heapOptions(env: Environment, available: number): readonly string[] {
  const percent = env.BPL_NODE_HEAP_PERCENT === "0" ? 0 : number(env.BPL_NODE_HEAP_PERCENT) || 75;
  const heap = Math.floor((available * Math.min(percent, 100)) / 100);
  // all spellings of --max-old-space-size, --max-old-space-size-percentage and --max-heap-size
  const isSet = /--max[-_](old[-_]space|heap)[-_]size/.test(env.NODE_OPTIONS ?? "");
  return heap === 0 || isSet ? [] : [`--max-old-space-size=${heap}`];
}

const number = (text: string | undefined): number | undefined =>
  /^[1-9]\d{0,8}$/.test(text ?? "") ? Number(text) : undefined;
