import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { LibcnbError } from "../errors.ts";
import type { RunOptions, RunResult, ToolHost } from "./command.ts";
import { lineReader } from "./lines.ts";
import { hasCode } from "./read.ts";

/** A tool with its arguments. */
interface ToolCall extends RunOptions {
  readonly tool: string;
  readonly args: readonly string[];
}

// What is shown again with the error: the end of an output says what went wrong.
const shownLines = 20;

/** Runs a tool to its end. */
export async function runTool(host: ToolHost, call: ToolCall): Promise<RunResult> {
  call.signal?.throwIfAborted();
  const child = start(host, call);
  const tail: string[] = [];
  const show = (line: string) => {
    host.log.output(line);
    if (tail.push(line) > shownLines) tail.shift();
  };
  const [ending, stdout] = await Promise.all([
    endOf(child, call),
    call.output === "capture" ? textOf(child.stdout) : linesOf(child.stdout, show),
    linesOf(child.stderr, show),
  ]);
  if (ending.signal === null && [0, ...(call.allowedExitCodes ?? [])].includes(ending.code ?? 0))
    return { exitCode: ending.code ?? 0, stdout };
  throw failed(call, ending, tail);
}

function start({ env, cwd }: ToolHost, call: ToolCall): ChildProcess {
  const merged = Object.entries({ ...env, ...call.env }).filter(([, value]) => value !== undefined);
  const child = spawn(call.tool, call.args, {
    cwd: resolve(cwd, call.cwd ?? "."),
    env: Object.fromEntries(merged),
    stdio: [call.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(call.signal && { signal: call.signal }),
  });
  child.stdin?.on("error", () => {}); // a tool need not read its input
  child.stdin?.end(call.input);
  return child;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function endOf(child: ChildProcess, call: ToolCall): Promise<Ending> {
  return new Promise((done, reject) => {
    child.once("error", (error) => reject(hasCode(error, "ENOENT") ? notFound(call, error) : error));
    child.once("close", (code, signal) => done({ code, signal }));
  });
}

async function linesOf(stream: Readable | null, show: (line: string) => void): Promise<string> {
  const reader = lineReader(show);
  for await (const chunk of stream ?? []) reader.write(chunk);
  reader.end();
  return "";
}

async function textOf(stream: Readable | null): Promise<string> {
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
