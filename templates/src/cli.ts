import { parseArguments } from "./arguments.ts";
import { create } from "./create.ts";
import { Cancelled, ScaffoldError } from "./errors.ts";
import { help } from "./help.ts";
import { renderCreated } from "./output.ts";
import { packageVersion } from "./release.ts";

/**
 * Runs `create-buildpack` and returns its exit code: 0 for success, 1 for a failure, 3 for invalid
 * arguments or existing files, 130 if the user cancelled.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    process.stdout.write(await answerTo(argv, controller.signal));
    return 0;
  } catch (error) {
    process.stderr.write(renderFailure(error));
    return exitCodeOf(error);
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

async function answerTo(argv: readonly string[], signal: AbortSignal): Promise<string> {
  const request = parseArguments(argv);
  if (request.kind !== "create") return request.kind === "help" ? help : `${packageVersion()}\n`;
  const { stdin: input, stderr: progress, env } = process;
  const created = await create(request.options, { cwd: process.cwd(), env, now: new Date(), input, progress, signal });
  return renderCreated(created, request.output);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Cancelled) return 130;
  return error instanceof ScaffoldError ? error.exitCode : 70;
}

function renderFailure(error: unknown): string {
  if (error instanceof Cancelled) return `${error.message}\n`;
  if (!(error instanceof ScaffoldError)) return `ERROR: ${error instanceof Error ? error.stack : String(error)}\n`;
  const { cause } = error;
  const why = cause instanceof Error ? `  caused by: ${cause.message}\n` : "";
  return `ERROR: ${error.message}\n${why}HINT: ${error.hint}\nCODE: ${error.code}\n`;
}
