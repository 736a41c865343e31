import { invalidOutput } from "./exec-d-format.ts";
import { parseToml } from "./schemas/toml.ts";

// A line that the specification allows and every reader accepts: a variable name, a text in double
// quotes on one line, and an optional comment.
const line = /^\s*(?:[A-Za-z_]\w*\s*=\s*"(?:[^"\\]|\\.)*"\s*)?(?:#.*)?$/u;

/**
 * Parses the output of an exec.d program. This parser is stricter than the launcher, which also
 * accepts quoted keys and multi-line strings.
 *
 * @param source the program's name in errors
 * @throws LibcnbError EXEC_D_INVALID with all lines that the specification does not allow,
 * TOML_INVALID
 * @example `parseExecDOutput('HEAP_MB = "512"\n', "exec.d/00-memory") // { HEAP_MB: "512" }`
 */
export function parseExecDOutput(text: string, source: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/);
  const problems = lines.flatMap((each, index) =>
    line.test(each) ? [] : [`line ${index + 1} is not of the form NAME = "value": ${each.slice(0, 80)}`],
  );
  if (problems.length > 0) throw invalidOutput(`the output of ${source}`, problems);
  return { ...(parseToml(text, source) as Readonly<Record<string, string>>) };
}
