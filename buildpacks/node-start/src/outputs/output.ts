import type { Project } from "../project-facts.ts";
import type { Fallback, OutputFacts, Start } from "../start.ts";

/** A possible output of a framework's build. Paths are relative to the project. */
export interface Output extends OutputFacts {
  /** The file that indicates the output. */
  readonly file: string;
  /** The command that starts it. */
  readonly run?: readonly [string, ...string[]];
  /** The folder to serve, if nothing is to be started. */
  readonly root?: string;
  readonly fallback?: Fallback;
  readonly env?: Readonly<Record<string, string>>;
}

/** Lists the possible outputs, the preferred one first. */
export type FindOutputs = (project: Project) => Promise<readonly Output[]>;

/** The start settings of an output. */
export function outputStart(output: Output, source: string, dir: string): Start {
  const { file, run, root, env = {}, fallback, ...facts } = output;
  const common = { source: `${source} (${file})`, dir, env };
  if (run !== undefined) return { kind: "program", words: run, ...common, output: facts };
  const folder = root ?? ".";
  return { kind: "static", root: folder, fallback, ...common, output: { alone: [folder], ...facts } };
}
