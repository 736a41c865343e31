import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { LibcnbError } from "../../errors.ts";
import { hasCode } from "../files/read.ts";
import { commandLine, maskedLine } from "./command-line.ts";
import type { Ending, ToolCall, ToolEnvironment } from "./tool.ts";

/** Creates the error for a tool that could not be started. */
export function notStarted(call: ToolCall, location: ToolEnvironment, cause: unknown): unknown {
  if (!(cause instanceof Error && "syscall" in cause)) return cause; // a NUL in an argument: its author's mistake
  const { cwd } = location;
  if (!isDirectory(cwd)) {
    const hint = "Create the directory first, or correct `cwd`.";
    return refused(call, { cause: `the working directory ${cwd} is not an existing directory`, hint });
  }
  if (hasCode(cause, "E2BIG"))
    return refused(call, {
      cause: "its arguments and environment variables are longer than the system allows",
      hint: "Pass long values in a file, or through standard input.",
    });
  if (hasCode(cause, "EAGAIN", "ENOMEM", "EMFILE", "ENFILE"))
    return refused(call, { cause, hint: "Give the build more memory, processes or open files." });
  if (hasCode(cause, "EACCES"))
    return refused(call, {
      cause,
      hint: `Check that ${call.tool} is executable (chmod +x), and that its file system permits to run programs.`,
    });
  if (!hasCode(cause, "ENOENT"))
    return refused(call, { cause, hint: `Check that ${call.tool} is an executable for this system.` });
  const file = located(call.tool, location);
  if (file === undefined) return notFound(call, location);
  return refused(call, {
    cause: `${file} exists, but its interpreter (named in the #! line) or its dynamic linker does not`,
    hint: "An earlier buildpack or the build image must provide the interpreter or dynamic linker.",
  });
}

const refused = ({ tool }: ToolCall, details: { readonly cause: unknown; readonly hint: string }) =>
  new LibcnbError("TOOL_NOT_STARTED", `${tool} could not be started`, details);

function notFound({ tool }: ToolCall, { env }: ToolEnvironment): LibcnbError<"TOOL_NOT_FOUND"> {
  if (tool.includes("/"))
    return new LibcnbError("TOOL_NOT_FOUND", `the tool ${tool} does not exist`, {
      hint: "Correct the path of the tool, or create the file before it is run.",
    });
  const hint = `An earlier buildpack or the build image must provide ${tool}.`;
  const cause = env.PATH === undefined ? "the variable PATH is not set" : `PATH is ${env.PATH}`;
  return new LibcnbError("TOOL_NOT_FOUND", `${tool} is not on the PATH`, { cause, hint });
}

function located(tool: string, { cwd, env }: ToolEnvironment): string | undefined {
  const dirs = tool.includes("/") ? [""] : (env.PATH ?? "").split(delimiter);
  return dirs.map((dir) => (dir === "" ? resolve(cwd, tool) : resolve(cwd, join(dir, tool)))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Creates the error for a tool with an unexpected exit code or signal. */
export function toolFailed(
  call: ToolCall,
  { code, signal }: Ending,
  tail: readonly string[] | undefined,
): LibcnbError<"TOOL_FAILED"> {
  const how = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
  const hint =
    signal === "SIGKILL" ? "The tool may have run out of memory. If so, give the build more memory." : toolHint(tail);
  return new LibcnbError("TOOL_FAILED", `${commandLine(call)} ${how}`, { ...lastLines(call, tail), hint });
}

function toolHint(tail: readonly string[] | undefined): string {
  if (tail?.length === 0) return "The tool printed nothing. Run it by hand in the same directory to see why it fails.";
  return `Fix the problem that the tool reports ${tail === undefined ? "in its output above" : "in these lines"}.`;
}

/** Creates the error for a tool that was ended after its timeout. */
export function toolTimedOut(call: ToolCall, tail: readonly string[] | undefined): LibcnbError<"TOOL_TIMED_OUT"> {
  const details = { ...lastLines(call, tail), hint: "Check what the tool waits for, or increase timeoutMs." };
  return new LibcnbError("TOOL_TIMED_OUT", `${commandLine(call)} did not end within ${call.timeoutMs} ms`, details);
}

/** Creates the error for a tool whose output exceeds the capture limit. */
export function toolOutputTooLarge(call: ToolCall, bytes: number): LibcnbError<"TOOL_OUTPUT_TOO_LARGE"> {
  const hint = "Let the tool write to a file, or process its output line by line with onLine.";
  return new LibcnbError("TOOL_OUTPUT_TOO_LARGE", `${commandLine(call)} printed more than ${bytes} bytes`, { hint });
}

// A line may be as long as the output.
const shownLength = 500;

function lastLines(call: ToolCall, tail: readonly string[] = []): { readonly cause?: string } {
  if (tail.length === 0) return {};
  const lines = tail.map((line) => `    ${shortened(maskedLine(line, call.secrets))}`);
  return { cause: ["its last lines were", ...lines].join("\n") };
}

const shortened = (line: string): string => (line.length > shownLength ? `${line.slice(0, shownLength)}…` : line);
