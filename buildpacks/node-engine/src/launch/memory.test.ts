import { createRequire } from "node:module";
import { expect, test } from "vitest";

interface Size {
  readonly memory: number | undefined;
  readonly total: number;
  readonly processors: number;
}
type Variables = Readonly<Record<string, string>>;
const { memoryVariables } = createRequire(import.meta.url)("./memory.cjs") as {
  readonly memoryVariables: (env: Variables, size: Size) => { variables: Variables; options: readonly string[] };
};

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
  ["a limit below one process", {}, size(256), "256 512 1 --max-old-space-size=192"],
  ["half a gibibyte", {}, size(512), "512 512 1 --max-old-space-size=384"],
  ["several processes", {}, size(2560), "2560 512 5 --max-old-space-size=1920"],
  ["large processes in a large container", {}, size(32768), "32768 2048 16 --max-old-space-size=24576"],
  ["no more processes than processors", {}, size(4096, 2), "4096 512 2 --max-old-space-size=3072"],
  ["no limit: what the machine has, and the heap that V8 takes", {}, size(undefined, 4, 8192), "8192 512 4"],
  ["a limit beyond the machine, as version 1 writes none", {}, size(8796093022207, 4, 8192), "8192 512 4"],
  ["the user's memory of a process", { WEB_MEMORY: "1024" }, size(4096), "4096 - 4 --max-old-space-size=3072"],
  ["a memory that is not a number", { WEB_MEMORY: "1g" }, size(1024), "1024 - 2 --max-old-space-size=768"],
  ["the user's number of processes", { WEB_CONCURRENCY: "9" }, size(1024), "1024 512 - --max-old-space-size=768"],
  ["the user's available memory", { MEMORY_AVAILABLE: "7" }, size(1024), "- 512 2 --max-old-space-size=768"],
  ["the user's heap", { NODE_OPTIONS: "--max-old-space-size=100" }, size(1024), "1024 512 2"],
  ["the user's heap in another spelling", { NODE_OPTIONS: "--max_old_space_size=100" }, size(1024), "1024 512 2"],
  ["the user's share", { NODE_OPTIONS: "--max-old-space-size-percentage=50" }, size(1024), "1024 512 2"],
  ["the user's percentage", { BPL_NODE_HEAP_PERCENT: "50" }, size(1024), "1024 512 2 --max-old-space-size=512"],
  ["more than all", { BPL_NODE_HEAP_PERCENT: "900" }, size(1024), "1024 512 2 --max-old-space-size=1024"],
  ["no share at all", { BPL_NODE_HEAP_PERCENT: "0" }, size(1024), "1024 512 2"],
  ["a share that is not a number", { BPL_NODE_HEAP_PERCENT: "-5" }, size(1024), "1024 512 2 --max-old-space-size=768"],
])("the heap limit: %s", ([, env, given, expected]) => {
  expect(shown(env, given)).toBe(expected);
});
