import { expect, test } from "vitest";
import { memoryVariables } from "./memory.ts";

interface Size {
  readonly memory: number | undefined;
  readonly total: number;
  readonly processors: number;
}

type Variables = Readonly<Record<string, string>>;

const mib = 1024 ** 2;
const size = (memory: number | undefined, processors = 16, total = 65536): Size => ({
  memory: memory && memory * mib,
  total: total * mib,
  processors,
});

/** MEMORY_AVAILABLE WEB_MEMORY WEB_CONCURRENCY, and the options; `-`: left as it is. */
const shown = (env: Variables, given: Size) => {
  const { variables, options } = memoryVariables(env, given);
  const values = ["MEMORY_AVAILABLE", "WEB_MEMORY", "WEB_CONCURRENCY"].map((name) => variables[name] ?? "-");
  return [...values, ...options].join(" ");
};

test.for<[string, Variables, Size, string]>([
  ["a limit below the memory of one process", {}, size(256), "256 512 1 --max-old-space-size=192"],
  ["a limit of 512 MiB", {}, size(512), "512 512 1 --max-old-space-size=384"],
  ["a limit that several processes fit in", {}, size(2560), "2560 512 5 --max-old-space-size=1920"],
  ["a large limit, with more memory for each process", {}, size(32768), "32768 2048 16 --max-old-space-size=24576"],
  ["the number of processors", {}, size(4096, 2), "4096 512 2 --max-old-space-size=3072"],
  ["the machine's memory if there is no limit, and leave the heap to V8", {}, size(undefined, 4, 8192), "8192 512 4"],
  ["the memory of the machine if the limit of cgroup v1 is larger", {}, size(8796093022207, 4, 8192), "8192 512 4"],
  ["the user's WEB_MEMORY", { WEB_MEMORY: "1024" }, size(4096), "4096 - 4 --max-old-space-size=3072"],
  [
    "the user's WEB_MEMORY even if the value is not a number",
    { WEB_MEMORY: "1g" },
    size(1024),
    "1024 - 2 --max-old-space-size=768",
  ],
  ["the user's WEB_CONCURRENCY", { WEB_CONCURRENCY: "9" }, size(1024), "1024 512 - --max-old-space-size=768"],
  ["the user's MEMORY_AVAILABLE", { MEMORY_AVAILABLE: "7" }, size(1024), "- 512 2 --max-old-space-size=768"],
  ["--max-old-space-size in NODE_OPTIONS", { NODE_OPTIONS: "--max-old-space-size=100" }, size(1024), "1024 512 2"],
  ["--max_old_space_size in NODE_OPTIONS", { NODE_OPTIONS: "--max_old_space_size=100" }, size(1024), "1024 512 2"],
  [
    "--max-old-space-size-percentage in NODE_OPTIONS",
    { NODE_OPTIONS: "--max-old-space-size-percentage=50" },
    size(1024),
    "1024 512 2",
  ],
  ["BPL_NODE_HEAP_PERCENT", { BPL_NODE_HEAP_PERCENT: "50" }, size(1024), "1024 512 2 --max-old-space-size=512"],
  [
    "a BPL_NODE_HEAP_PERCENT above 100 as 100",
    { BPL_NODE_HEAP_PERCENT: "900" },
    size(1024),
    "1024 512 2 --max-old-space-size=1024",
  ],
  ["BPL_NODE_HEAP_PERCENT=0, which leaves the heap to V8", { BPL_NODE_HEAP_PERCENT: "0" }, size(1024), "1024 512 2"],
  [
    "the default percentage if BPL_NODE_HEAP_PERCENT is malformed",
    { BPL_NODE_HEAP_PERCENT: "-5" },
    size(1024),
    "1024 512 2 --max-old-space-size=768",
  ],
])("the memory variables for Node.js processes respect %s", ([, env, given, expected]) => {
  expect(shown(env, given)).toBe(expected);
});
