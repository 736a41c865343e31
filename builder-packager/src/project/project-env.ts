import type { EnvDirectory } from "libcnb/lifecycle-rules";
import type { ProjectToml } from "libcnb/spec";

/** The variables of project.toml for an execution environment; of one name the last one counts. */
export const projectEnv = ({ build }: ProjectToml, execEnv: string): EnvDirectory =>
  new Map(build.env.filter((variable) => runsIn(variable, execEnv)).map(({ name, value }) => [name, value]));

/** True for an entry without execution environments, which applies to all. */
export const runsIn = ({ execEnv }: { readonly execEnv: readonly string[] }, current: string): boolean =>
  execEnv.length === 0 || execEnv.includes("*") || execEnv.includes(current);
