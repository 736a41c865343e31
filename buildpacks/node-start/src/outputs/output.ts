import type { Project } from "../project.ts";
import type { Fallback, OutputFacts, Start } from "../start.ts";

/** A possible output of a framework's build. Paths are relative to the project. */
export interface Output extends OutputFacts {
  /** The path of a file whose existence shows that the output exists. */
  readonly file: string;
  /** The command that starts the output. */
  readonly run?: readonly [string, ...string[]];
  /** The directory to serve, if there is no program to start. */
  readonly root?: string;
  readonly fallback?: Fallback;
  readonly env?: Readonly<Record<string, string>>;
}

/** A function that lists the possible outputs of a framework's build, most preferred first. */
export type FindOutputs = (project: Project) => Promise<readonly Output[]>;

/** Returns the start settings of a framework's output. */
export function outputStart(output: Output, source: string, dir: string): Start {
  const { file, run, root, env = {}, fallback, ...facts } = output;
  const common = { source: `${source} (${file})`, dir, env };
  if (run !== undefined) return { kind: "program", words: run, ...common, output: facts };
  const folder = root ?? ".";
  return { kind: "static", root: folder, fallback, ...common, output: { alone: [folder], ...facts } };
}
