import type { Project } from "../project.ts";
import type { Obstacle } from "../start.ts";

/**
 * The command that a tool such as `uv run` would execute, so that the image can start it without
 * the tool.
 */
export interface Direct {
  /** The index of the first word that is kept: the program, or one of its arguments. */
  readonly next: number;
  /** The text that replaces all words before `next`. */
  readonly text?: string;
  /** The working directory of the program, relative to that of the original command. */
  readonly dir?: string | undefined;
  /** True if the text contains more than one command. */
  readonly isSequence?: boolean;
  readonly warnings?: readonly string[];
}

/**
 * A tool that creates an environment and runs programs in it, such as `uv run`. The image does not
 * contain the tool, but the programs of the environment are in PATH.
 */
export interface Runner {
  /** The display name. */
  readonly title: string;
  /** The names of the tool's programs. */
  readonly programs: readonly string[];
  /**
   * Determines the command that the tool would run, from the words of a command that starts with
   * the tool; `undefined` if the tool would run no program.
   */
  direct(words: readonly string[], project: Project): Promise<Direct | Obstacle | undefined>;
}

/** Creates the error for a tool's command that does not name a program to run. */
export const nothingToRun = (tool: string): Obstacle => ({
  obstacle: `${tool} run names no program`,
  hint: "Write the program that starts the app, such as gunicorn shop:app.",
});

/**
 * Returns the reason why a program cannot be run; `undefined` if it can be run. A program that is
 * given by a path, or that contains variables, is not checked.
 */
export async function obstacleOf(program: string, { installed }: Project): Promise<Obstacle | undefined> {
  if (/^python(\d(\.\d+)?)?$|[/$`]/.test(program) || (await installed.command(program))) return undefined;
  return {
    obstacle: `the virtual environment has no program ${program}`,
    hint: `Add the package that provides ${program} to the app's dependencies, not to the development dependencies. A script of the project itself is installed if pyproject.toml has a [build-system].`,
  };
}
