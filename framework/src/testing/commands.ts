import { basename, resolve } from "node:path";
import { LibcnbError } from "../errors.ts";
import type { ToolHost } from "../host/command.ts";
import { placeOf } from "../host/start-tool.ts";
import type { RunningTool, ToolCall } from "../host/tool.ts";
import { writeFileMap } from "../host/tree.ts";
import { type Ports, realPorts } from "../runtime/ports.ts";
import type { FileMap } from "./file-map.ts";

/** How a tool was called. */
export interface CommandCall {
  readonly tool: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** Its whole environment. In outcomes it is not enumerable: most of it is the machine's. */
  readonly env: Readonly<Record<string, string>>;
  /** What it reads from its standard input. */
  readonly input?: string | Uint8Array;
}

/** What a tool of a test does. Everything may be left out. */
export interface CommandAnswer {
  /** Default: 0. */
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Files it writes: absolute, as its arguments and variables say, or relative to its working directory. */
  readonly files?: FileMap;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a tool that only does something answers nothing
type Answer = CommandAnswer | void;

/** Tools by name, each a function of how it was called. */
export type GivenCommands = Readonly<Record<string, (call: CommandCall) => Answer | Promise<Answer>>>;

/** Runs what is given instead of real tools; real ones only if nothing is given. */
export function givenCommands(given: GivenCommands | undefined, record: (call: CommandCall) => void): Ports["runTool"] {
  return async (host, call) => {
    const made = callOf(host, call);
    record(made);
    if (given === undefined) return realPorts.runTool(host, call);
    const { runTool } = await import("../host/run-tool.ts");
    return runTool(host, call, () => started(given, made));
  };
}

function callOf(host: ToolHost, call: ToolCall): CommandCall {
  const { tool, args, input } = call;
  return { tool, args, ...placeOf(host, call), ...(input !== undefined && { input }) };
}

function started(given: GivenCommands, call: CommandCall): RunningTool {
  const ended = Promise.withResolvers<Awaited<RunningTool["ending"]>>();
  const answer = answerOf(given, call);
  answer.then(({ exitCode = 0 }) => ended.resolve({ code: exitCode, signal: null }), ended.reject);
  return {
    stdout: streamOf(answer, "stdout"),
    stderr: streamOf(answer, "stderr"),
    ending: ended.promise,
    end: () => ended.resolve({ code: null, signal: "SIGTERM" }),
  };
}

async function answerOf(given: GivenCommands, call: CommandCall): Promise<CommandAnswer> {
  const name = [call.tool, basename(call.tool)].find((each) => Object.hasOwn(given, each));
  if (name === undefined) throw unknownCommand(call, Object.keys(given));
  const answer = (await given[name]?.(call)) ?? {};
  const files = Object.entries(answer.files ?? {});
  await writeFileMap("/", Object.fromEntries(files.map(([path, entry]) => [placed(call.cwd, path), entry])));
  return answer;
}

// a directory's name ends in "/", which resolve takes off
const placed = (cwd: string, path: string): string => resolve(cwd, path) + (path.endsWith("/") ? "/" : "");

async function* streamOf(answer: Promise<CommandAnswer>, stream: "stdout" | "stderr"): AsyncIterable<Uint8Array> {
  const text = await answer.then(
    (given) => given[stream] ?? "",
    () => "", // `ending` tells it
  );
  if (text !== "") yield new TextEncoder().encode(text);
}

function unknownCommand({ tool, args }: CommandCall, given: readonly string[]): LibcnbError<"TEST_INPUT_MISSING"> {
  return new LibcnbError("TEST_INPUT_MISSING", `the test gives no command ${[tool, ...args].join(" ")}`, {
    cause: given.length === 0 ? "it gives none" : `it gives ${[...given].sort().join(", ")}`,
    hint: `Say what it does: commands: { ${JSON.stringify(tool)}: ({ args }) => ({ stdout: "…" }) }; without commands, real tools run.`,
  });
}
