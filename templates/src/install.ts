import { type CommandOptions, runCommand } from "./command.ts";
import { Cancelled, ScaffoldError } from "./errors.ts";

/**
 * Runs the npm that started this process, or else the npm on the PATH. @throws ScaffoldError
 * INSTALL_FAILED; Cancelled
 */
export async function runNpm(args: readonly string[], options: CommandOptions): Promise<void> {
  const outcome = await runCommand([...npm(options.env), ...args], options).catch((error: unknown) => {
    if (options.signal?.aborted)
      throw new Cancelled("Cancelled: the project is complete, but its dependencies are not installed.");
    throw error;
  });
  if (outcome?.exitCode === 0) return;
  throw new ScaffoldError(
    "INSTALL_FAILED",
    outcome ? `npm ${args[0]} ended with exit code ${outcome.exitCode}` : "npm could not be started",
    { hint: `The project is complete. Correct what npm reports, then run npm ${args.join(" ")} in ${options.cwd}.` },
  );
}

function npm(env: NodeJS.ProcessEnv): [string, ...string[]] {
  const script = env.npm_execpath;
  return script?.endsWith("npm-cli.js") ? [process.execPath, script] : ["npm"];
}
