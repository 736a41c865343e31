import { basename, resolve } from "node:path";
import { LibcnbError } from "../../errors.ts";
import { writeFileMap } from "../../host/files/tree.ts";
import type { ToolHost } from "../../host/tools/command.ts";
import { placeOf } from "../../host/tools/start-tool.ts";
import type { RunningTool, ToolCall } from "../../host/tools/tool.ts";
import { type Ports, realPorts } from "../../runtime/ports.ts";
import type { FileMap } from "./file-map.ts";

/** A recorded call of a tool. */
export interface CommandCall {
  readonly tool: string;
  readonly args: readonly string[];
  /** The absolute working directory. */
  readonly cwd: string;
  /**
   * The complete environment. In outcomes it is not enumerable, because most of it depends on the
   * machine.
   */
  readonly env: Readonly<Record<string, string>>;
  /** The standard input. */
  readonly input?: string | Uint8Array;
}

/** The behavior of a tool in a test. All fields are optional. */
export interface CommandAnswer {
  /** Default: 0. */
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /**
   * The files it writes: absolute, as in its arguments and variables, or relative to its working
   * directory.
   */
  readonly files?: FileMap;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a tool that only does something answers nothing
type Answer = CommandAnswer | void;

/** Tools by name, each a function of its call. */
export type GivenCommands = Readonly<Record<string, (call: CommandCall) => Answer | Promise<Answer>>>;

/** Runs the given tools instead of real ones; runs real ones if none are given. */
export function givenCommands(given: GivenCommands | undefined, record: (call: CommandCall) => void): Ports["runTool"] {
  return async (host, call) => {
    const made = callOf(host, call);
    record(made);
    if (given === undefined) return realPorts.runTool(host, call);
    const { runTool } = await import("../../host/tools/run-tool.ts");
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
