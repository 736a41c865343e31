import { defined } from "../../defined.ts";
import type { CnbError } from "../../errors.ts";
import type { Reporter } from "../../reporter.ts";
import { findShell, interactiveShell } from "../../sandbox/mounts/find-shell.ts";
import { runInSandbox } from "../../sandbox/run-in-sandbox.ts";
import { quoteAll } from "../../sandbox/shell.ts";
import type { SandboxBackend, SandboxSpec } from "../../sandbox/spec.ts";

/** A program that failed, and the sandbox in which it was executed. */
export interface FailedExecution {
  /** The program's name for messages, such as `bin/build of acme/web@1.0.0`. */
  readonly subject: string;
  readonly error: CnbError;
  readonly spec: SandboxSpec;
  readonly backend: SandboxBackend;
  readonly signal: AbortSignal;
}

/** Starts a shell after a failure, and waits for its end. */
export type StartShell = (failed: FailedExecution) => Promise<void>;

/**
 * Returns a function that starts a shell where a program failed: with the same files, user,
 * environment variables, working directory, network and limits. Only `TERM` is added. If no shell
 * can be started, the function warns: the error of the failure matters more.
 */
export const failureShell =
  (reporter: Reporter, { TERM }: NodeJS.ProcessEnv): StartShell =>
  async ({ subject, error, spec, backend, signal }) => {
    reporter.info(error.message);
    const shell = await findShell(spec.rootfs);
    if (shell === undefined) return reporter.warn("no shell is started: the build image has neither bash nor sh");
    reporter.step(`Starting a shell where ${subject} failed`);
    reporter.info(`directory: ${spec.cwd}`);
    reporter.info(`command:   ${quoteAll(spec.command)}`);
    reporter.info("Leave the shell with exit or Ctrl-D. The build then ends with the error.");
    const env = { ...defined({ TERM }), ...spec.env };
    const shellSpec = { ...spec, command: interactiveShell(shell), env };
    await runInSandbox(shellSpec, { backend, stdio: "terminal", signal }).catch((cause: unknown) => {
      signal.throwIfAborted();
      reporter.warn(`the shell cannot be started: ${(cause as Error).message}`);
    });
  };
