import { CnbError } from "../errors.ts";
import { launcherFile } from "../platform/paths.ts";
import { interactiveShell } from "../sandbox/mounts/find-shell.ts";
import { requireTerminal } from "../sandbox/terminal/user-terminal.ts";
import type { StartRequest } from "./start-plan.ts";

/**
 * Returns the command that starts a shell in an image. If the shell is bash, the launcher starts it
 * like a process that runs in a shell, so that scripts in `profile.d` are sourced. The launcher
 * starts any other shell directly, with the environment variables of layers and of `exec.d`. The
 * shell is given as a path, so it cannot be confused with a process type.
 *
 * @example
 * `shellCommand("/bin/bash", true) // ["/cnb/lifecycle/launcher", "/bin/bash", "--norc", "-i"]`
 */
export function shellCommand(shell: string, hasLauncher: boolean): readonly [string, ...string[]] {
  const command = interactiveShell(shell);
  if (!hasLauncher) return command;
  return shell.endsWith("/bash") ? [launcherFile, ...command] : [launcherFile, "--", ...command];
}

/**
 * Refuses `--shell` together with another command, or without a terminal.
 *
 * @throws CnbError ARGUMENT_INVALID, TERMINAL_MISSING
 */
export function checkShellFlags({
  process,
  entrypoint,
  args = [],
}: Partial<Pick<StartRequest, "process" | "entrypoint" | "args">>): void {
  const others = {
    "--process": process !== undefined,
    "--entrypoint": entrypoint !== undefined,
    arguments: args.length > 0,
  };
  const [other] = Object.entries(others).find(([, isGiven]) => isGiven) ?? [];
  if (other !== undefined)
    throw new CnbError(
      "ARGUMENT_INVALID",
      `--shell starts a shell in place of the app, so it cannot be combined with ${other}`,
      {
        hint: `Remove --shell, or remove ${other}.`,
      },
    );
  requireTerminal("--shell");
}
