import { LibcnbError } from "../errors.ts";
import { parseToml, stringifyToml } from "./schemas/toml.ts";

// What the specification allows and every reader takes: a name of a variable, one line of text in double quotes, perhaps a comment.
const line = /^\s*(?:[A-Za-z_]\w*\s*=\s*"(?:[^"\\]|\\.)*"\s*)?(?:#.*)?$/u;

/**
 * The output of an exec.d program to file descriptor 3: the process's environment variables as
 * TOML.
 *
 * @throws LibcnbError EXEC_D_INVALID for an invalid name of a variable, and for values that are not strings or contain NUL
 * @example `execDOutput({ HEAP_MB: "512" }) // 'HEAP_MB = "512"\n'`
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#execd-output-toml
 */
export function execDOutput(variables: Readonly<Record<string, string>>): string {
  const names = Object.keys(variables).sort();
  const problems = names.flatMap((name) => problemOf(name, variables[name]));
  if (problems.length > 0) throw invalid("the output of exec.d", problems);
  return stringifyToml(Object.fromEntries(names.map((name) => [name, variables[name]])));
}

/**
 * Parses the output of an exec.d program. It is stricter than the launcher, which also accepts
 * quoted keys and multi-line strings.
 *
 * @param source names the program in errors
 * @throws LibcnbError EXEC_D_INVALID with all lines that the specification does not allow, TOML_INVALID
 * @example `decodeExecDOutput('HEAP_MB = "512"\n', "exec.d/00-memory") // { HEAP_MB: "512" }`
 */
export function decodeExecDOutput(text: string, source: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/);
  const problems = lines.flatMap((each, index) =>
    line.test(each) ? [] : [`line ${index + 1} is not of the form NAME = "value": ${each.slice(0, 80)}`],
  );
  if (problems.length > 0) throw invalid(`the output of ${source}`, problems);
  return { ...(parseToml(text, source) as Readonly<Record<string, string>>) };
}

function problemOf(name: string, value: unknown): readonly string[] {
  if (!/^[A-Za-z_]\w*$/.test(name)) return [`${JSON.stringify(name)} is not a name of an environment variable`];
  if (typeof value !== "string") return [`${name} is not text`];
  return value.includes("\0") ? [`${name} holds a NUL`] : [];
}

function invalid(what: string, problems: readonly string[]): LibcnbError<"EXEC_D_INVALID"> {
  return new LibcnbError("EXEC_D_INVALID", `${what} is not valid`, {
    cause: problems.join("; "),
    hint: 'Write lines of the form NAME = "value" and nothing else.',
  });
}
