import type { Env } from "../env/apply.ts";
import { LibcnbError } from "../errors.ts";
import { execDProblems } from "../spec/exec-d-format.ts";
import type { ContainerLimits } from "./limits.ts";

/**
 * The environment variables that an exec.d program sets. A variable that is `undefined` is not set.
 */
export type ExecDVariables = Readonly<Record<string, string | undefined>>;

/** The inputs of an exec.d program. */
export interface ExecDContext {
  /**
   * The environment of the process so far: variables of the container, of layers, and of earlier
   * programs.
   */
  readonly env: Env;
  /** The app's directory, which is the working directory. */
  readonly app: { readonly dir: string };
  /** The layer that contains the program. */
  readonly layer: { readonly path: string };
  /**
   * The type of the process, for a program that the layer lists under `process`; undefined for a
   * program that all processes share.
   */
  readonly processType: string | undefined;
  /** The limits of the container, read from its cgroup. */
  readonly limits: ContainerLimits;
  /**
   * Reads the text of a file; undefined if the file does not exist. Relative paths start at the
   * app's directory.
   */
  readonly readText: (path: string) => string | undefined;
  /**
   * Writes a file, and creates its directory if necessary. Relative paths start at the app's
   * directory.
   */
  readonly writeText: (path: string, text: string) => void;
  /** Prints a line to standard error. */
  readonly log: (text: string) => void;
}

/** An exec.d program in TypeScript, created by {@link defineExecD}. */
export interface ExecDDefinition {
  /** The name of the program's source file without the extension. */
  readonly name: string;
  readonly run: (context: ExecDContext) => ExecDVariables | Promise<ExecDVariables>;
}

/**
 * Defines a program that sets environment variables when a container starts. The definition is the
 * default export of a file in `src/exec.d`. The packager compiles each of these files into a
 * program that runs in any image, even without a shell. A layer lists the program in `execD`.
 *
 * If the function throws, the container does not start.
 *
 * @param name the name of the source file without the extension
 * @throws LibcnbError EXEC_D_INVALID
 * @example
 * ```ts
 * // src/exec.d/limits.ts
 * export default defineExecD("limits", ({ limits }) => ({
 *   WORKERS: limits.cpus === undefined ? undefined : String(Math.ceil(limits.cpus)),
 * }));
 * ```
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#execd
 */
export const defineExecD = (name: string, run: ExecDDefinition["run"]): ExecDDefinition => ({
  name: checkProgramName(name),
  run,
});

/**
 * Checks the name of an exec.d program. Names that are numbers are refused, because JavaScript
 * sorts such keys first.
 *
 * @throws LibcnbError EXEC_D_INVALID
 */
export function checkProgramName(name: string): string {
  if (/^[A-Za-z][\w.-]*$/.test(name)) return name;
  throw new LibcnbError("EXEC_D_INVALID", `${JSON.stringify(name)} cannot be the name of an exec.d program`, {
    hint: 'Use letters, digits, ".", "-" and "_", beginning with a letter, for example "set-port".',
  });
}

/**
 * Runs an exec.d program and returns its variables.
 *
 * @throws LibcnbError EXEC_D_INVALID, and errors of the program
 */
export async function runDefinition(
  { name, run }: ExecDDefinition,
  context: ExecDContext,
): Promise<Readonly<Record<string, string>>> {
  const returned: unknown = await run(context);
  const isTable = typeof returned === "object" && returned !== null && !Array.isArray(returned);
  const given = Object.entries(isTable ? returned : {}).filter(([, value]) => value !== undefined);
  const variables = Object.fromEntries(given);
  const problems = isTable ? execDProblems(variables) : ["it is not an object"];
  if (problems.length === 0) return variables;
  throw new LibcnbError("EXEC_D_INVALID", `the result of the exec.d program ${name} is not valid`, {
    cause: problems.join("; "),
    hint: "Return an object whose keys are names of environment variables and whose values are strings without NUL characters.",
  });
}
