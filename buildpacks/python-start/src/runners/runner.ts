import type { Obstacle } from "../guess/guess-result.ts";
import type { Project } from "../project.ts";

/** A command that a tool is to run, without the tool. */
export interface Direct {
  /** The index of the first unchanged word: the program, or one of its arguments. */
  readonly next: number;
  /** The replacement of all words before that one. */
  readonly text?: string;
  /** The folder to run in, relative to where it runs anyway. */
  readonly dir?: string | undefined;
  /** True if the text is more than one command. */
  readonly isSequence?: boolean;
  readonly warnings?: readonly string[];
}

/**
 * A tool that creates an environment and runs programs in it. It is not in the image, which has the
 * environment in PATH.
 */
export interface Runner {
  /** The display name. */
  readonly title: string;
  /** True if it is called by this name. */
  readonly programs: readonly string[];
  /** Reads a command, the first word of which is the tool; `undefined`: it runs nothing. */
  direct(words: readonly string[], project: Project): Promise<Direct | Obstacle | undefined>;
}

/** The tool's command without anything to run. */
export const nothingToRun = (tool: string): Obstacle => ({
  obstacle: `${tool} run names no program`,
  hint: "Name the program that starts the app, such as gunicorn shop:app.",
});

/**
 * The reason why a program cannot be run; `undefined` if it can. One with a path or variables is
 * not checked.
 */
export async function obstacleOf(program: string, { installed }: Project): Promise<Obstacle | undefined> {
  if (/^python(\d(\.\d+)?)?$|[/$`]/.test(program) || (await installed.command(program))) return undefined;
  return {
    obstacle: `the environment has no program ${program}`,
    hint: `Add the package that brings ${program} to the app's dependencies, not to those for development; a script of the project itself is there if pyproject.toml has a [build-system].`,
  };
}
