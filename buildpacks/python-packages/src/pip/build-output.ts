/**
 * Returns the output of `pip install` completed with the output of the failed package build. With a
 * log file (`--log`), pip 26 writes the build's output only there, and prints "No available
 * output." or "See above for output." instead.
 *
 * @param log the content of pip's log file
 */
export function withBuildOutput(output: string, log: string): string {
  const lines = missingBuildOutput(output, log);
  if (lines.length === 0) return output;
  const shown = lines.map((line) => `      ${line}`).join("\n");
  return output.replace(missing, () => `╰─> [${lines.length} lines of output]\n${shown}`);
}

/** The output of the failed package build, if pip did not print it. */
export const missingBuildOutput = (output: string, log: string): readonly string[] =>
  missing.test(output) ? lastBuild(log) : [];

const missing = /╰─> (?:No available output\.|See above for output\.)/;

/** The lines of the last command that failed: pip builds one package after the other, and ends with the first failure. */
function lastBuild(log: string): readonly string[] {
  const lines = log.split("\n").map(withoutTime);
  const end = lines.findLastIndex((line) => failed.test(line));
  const command = failed.exec(lines[end] ?? "")?.[1];
  const start = lines.findLastIndex((line, index) => index < end && line.trim() === `Running command ${command}`);
  return start < 0 ? [] : lines.slice(start + 1, end).map((line) => line.replace(/^ {2}/, ""));
}

const failed = /^ *ERROR: (.+) exited with -?\d+$/;

const withoutTime = (line: string): string => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{3} /, "");
