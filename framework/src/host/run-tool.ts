import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import type { Env } from "../env/apply.ts";
import { LibcnbError } from "../errors.ts";
import type { RunOptions, RunResult, ToolHost } from "./command.ts";
import { lineReader } from "./lines.ts";
import { hasCode } from "./read.ts";

/** A tool with its arguments. */
export interface ToolCall extends RunOptions {
  readonly tool: string;
  readonly args: readonly string[];
}

/** A tool that runs: what it says as it says it, and how it ends. */
export interface RunningTool {
  readonly stdout: AsyncIterable<Uint8Array> | null;
  readonly stderr: AsyncIterable<Uint8Array> | null;
  readonly ending: Promise<Ending>;
}

/** How a tool ended: by itself with a code, or by a signal. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

// What is shown again with the error: the end of an output says what went wrong.
const shownLines = 20;

/** Runs a tool to its end. `start` starts it: tests have tools of their own. */
export async function runTool(host: ToolHost, call: ToolCall, start = startTool): Promise<RunResult> {
  call.signal?.throwIfAborted();
  const tool = start(host, call);
  const tail: string[] = [];
  const show = (line: string) => {
    host.log.output(line);
    if (tail.push(line) > shownLines) tail.shift();
  };
  const [ending, stdout] = await Promise.all([
    tool.ending,
    call.output === "capture" ? textOf(tool.stdout) : linesOf(tool.stdout, show),
    linesOf(tool.stderr, show),
  ]);
  if (ending.signal === null && [0, ...(call.allowedExitCodes ?? [])].includes(ending.code ?? 0))
    return { exitCode: ending.code ?? 0, stdout };
  throw failed(call, ending, tail);
}

/** Where and with what environment a call runs. */
export function placeOf({ env, cwd }: ToolHost, call: ToolCall): { readonly cwd: string; readonly env: Env } {
  const merged = Object.entries({ ...env, ...call.env });
  const set = merged.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { cwd: resolve(cwd, call.cwd ?? "."), env: Object.fromEntries(set) };
}

function startTool(host: ToolHost, call: ToolCall): RunningTool {
  const child = spawn(call.tool, call.args, {
    ...placeOf(host, call),
    stdio: [call.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(call.signal && { signal: call.signal }),
  });
  child.stdin?.on("error", () => {}); // a tool need not read its input
  child.stdin?.end(call.input);
  return { stdout: child.stdout, stderr: child.stderr, ending: endOf(child, call) };
}

function endOf(child: ChildProcess, call: ToolCall): Promise<Ending> {
  return new Promise((done, reject) => {
    child.once("error", (error) => reject(hasCode(error, "ENOENT") ? notFound(call, error) : error));
    child.once("close", (code, signal) => done({ code, signal }));
  });
}

async function linesOf(stream: RunningTool["stdout"], show: (line: string) => void): Promise<string> {
  const reader = lineReader(show);
  for await (const chunk of stream ?? []) reader.write(chunk);
  reader.end();
  return "";
}

async function textOf(stream: RunningTool["stdout"]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function notFound({ tool, cwd }: ToolCall, cause: Error): LibcnbError<"TOOL_NOT_FOUND"> {
  const where = cwd === undefined ? "" : `, or the directory ${cwd} does not exist`;
  return new LibcnbError("TOOL_NOT_FOUND", `${tool} is not on the PATH${where}`, {
    cause,
    hint: `Let a buildpack before this one, or the build image, provide ${tool}.`,
  });
}

function failed(
  { tool, args }: ToolCall,
  { code, signal }: Ending,
  tail: readonly string[],
): LibcnbError<"TOOL_FAILED"> {
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const said = tail.length > 0 ? { cause: `its last lines were\n${tail.map((line) => `    ${line}`).join("\n")}` } : {};
  return new LibcnbError("TOOL_FAILED", `${[tool, ...args].join(" ")} ${how}`, {
    ...said,
    hint: "Correct what the tool complains about.",
  });
}
