import { LibcnbError } from "../errors.ts";

/**
 * Formats the output of an exec.d program to file descriptor 3: environment variables for the
 * process, as TOML.
 *
 * @throws LibcnbError EXEC_D_INVALID for an invalid name of a variable, and for values that are not strings or contain NUL
 * @example `formatExecDOutput({ HEAP_MB: "512" }) // 'HEAP_MB = "512"\n'`
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#execd-output-toml
 */
export function formatExecDOutput(variables: Readonly<Record<string, string>>): string {
  const problems = execDProblems(variables);
  if (problems.length > 0) throw invalidOutput("the output of exec.d", problems);
  // without the TOML library, which would be a third of a compiled program's script
  const lines = Object.entries(variables).map(([name, value]) => `${name} = ${quoted(value)}\n`);
  return lines.sort().join("");
}

/** JSON's escapes are TOML's, except that TOML also escapes DEL; a lone surrogate has no UTF-8 form. */
const quoted = (value: string): string => JSON.stringify(value.toWellFormed()).replaceAll("\u007f", "\\u007f");

/** Returns the reasons why an exec.d program cannot set the given variables. */
export const execDProblems = (variables: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(variables)
    .sort()
    .flatMap((name) => problemOf(name, variables[name]));

function problemOf(name: string, value: unknown): readonly string[] {
  if (!/^[A-Za-z_]\w*$/.test(name)) return [`${JSON.stringify(name)} is not a name of an environment variable`];
  if (typeof value !== "string") return [`the value of ${name} is not a string`];
  return value.includes("\0") ? [`the value of ${name} contains a NUL character`] : [];
}

export function invalidOutput(what: string, problems: readonly string[]): LibcnbError<"EXEC_D_INVALID"> {
  return new LibcnbError("EXEC_D_INVALID", `${what} is not valid`, {
    cause: problems.join("; "),
    hint: 'Write lines of the form NAME = "value" and nothing else.',
  });
}
