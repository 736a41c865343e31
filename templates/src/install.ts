import { type CommandOptions, runCommand } from "./command.ts";
import { Cancelled, ScaffoldError } from "./errors.ts";
import { npmProblem } from "./npm-error.ts";

/**
 * Runs the npm that started this process, or else the npm on the PATH.
 *
 * @throws ScaffoldError INSTALL_FAILED; Cancelled
 */
export async function runNpm(args: readonly string[], options: CommandOptions): Promise<void> {
  const output: Buffer[] = [];
  const onOutput = (chunk: Buffer) => {
    output.push(chunk);
    options.onOutput?.(chunk);
  };
  const outcome = await runCommand([...npm(options.env), ...args], { ...options, onOutput }).catch((error: unknown) => {
    if (options.signal?.aborted)
      throw new Cancelled("Cancelled: the project is complete, but its dependencies are not installed.");
    throw error;
  });
  if (outcome?.exitCode === 0) return;
  const command = `run npm ${args.join(" ")} in ${options.cwd}`;
  const problem = npmProblem(Buffer.concat(output).toString());
  if (problem !== undefined)
    throw new ScaffoldError("INSTALL_FAILED", `npm ${args[0]} failed: ${problem.message}`, {
      hint: `${problem.hint} The project is complete: run npm ${args.join(" ")} in ${options.cwd} afterwards.`,
    });
  throw outcome === undefined
    ? new ScaffoldError("INSTALL_FAILED", "npm is not on the PATH", {
        hint: `The project is complete. Install npm, then ${command}.`,
      })
    : new ScaffoldError("INSTALL_FAILED", `npm ${args[0]} ended with exit code ${outcome.exitCode}`, {
        hint: `The project is complete. Correct the problem that npm reports, then ${command}.`,
      });
}

function npm(env: NodeJS.ProcessEnv): [string, ...string[]] {
  const script = env.npm_execpath;
  return script?.endsWith("npm-cli.js") ? [process.execPath, script] : ["npm"];
}
