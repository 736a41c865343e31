import type { EnvDirectory } from "libcnb/lifecycle-rules";
import type { ProjectToml } from "libcnb/spec";

/**
 * Returns the environment variables in project.toml for an execution environment. If a name occurs
 * more than once, the last value takes precedence.
 */
export const projectEnv = ({ build }: ProjectToml, execEnv: string): EnvDirectory =>
  new Map(build.env.filter((variable) => runsIn(variable, execEnv)).map(({ name, value }) => [name, value]));

/**
 * True if an entry of project.toml applies to the execution environment `current`. An entry without
 * `execEnv` applies to all.
 */
export const runsIn = ({ execEnv }: { readonly execEnv: readonly string[] }, current: string): boolean =>
  execEnv.length === 0 || execEnv.includes("*") || execEnv.includes(current);
