import type { Obstacle } from "../guess/guess.ts";
import type { Project } from "../project.ts";

/** A command that a tool is to run, without the tool. */
export interface Direct {
  /** The index of the first word that stays as it is: the program, or what is behind it. */
  readonly next: number;
  /** What stands for all words before that one. */
  readonly text?: string;
  /** The folder to run in, relative to where it runs anyway. */
  readonly dir?: string | undefined;
  /** True if the text is more than one command. */
  readonly isSequence?: boolean;
  readonly warnings?: readonly string[];
}

/** A tool that makes an environment and runs programs of it. It is not in the image, which has the environment in PATH. */
export interface Runner {
  /** Its name in sentences. */
  readonly title: string;
  /** True if it is called by this name. */
  readonly programs: readonly string[];
  /** Reads a command, the first word of which is the tool; `undefined`: it runs nothing. */
  direct(words: readonly string[], project: Project): Promise<Direct | Obstacle | undefined>;
}

/** What a tool runs that names nothing to run. */
export const nothingToRun = (tool: string): Obstacle => ({
  obstacle: `${tool} run names no program`,
  hint: "Name the program that starts the app, such as gunicorn shop:app.",
});

/** Why a program cannot be run; `undefined`: it can. What has a path, or variables in it, is not looked for. */
export async function obstacleOf(program: string, { installed }: Project): Promise<Obstacle | undefined> {
  if (/^python(\d(\.\d+)?)?$|[/$`]/.test(program) || (await installed.command(program))) return undefined;
  return {
    obstacle: `the environment has no program ${program}`,
    hint: `Add the package that brings ${program} to the app's dependencies, not to those for development; a script of the project itself is there if pyproject.toml has a [build-system].`,
  };
}
