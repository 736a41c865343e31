import type { Process } from "../build.ts";
import { shellWords } from "./plain-command.ts";
import { withSignals } from "./with-signals.ts";

/** One command whose words only have variables to expand. */
const oneCommand = /^(?:[\w@%+=:,./^${}-]|\s|"[^"\\`]*"|'[^']*')+$/;
const notAlone = /\$\(|(^|\s)[{}](\s|$)|^\w+=/;

/**
 * Returns the command that runs a command line with a shell. If possible, the program replaces the
 * shell (`exec`). Otherwise, `with-signals` forwards signals to the shell's child processes.
 *
 * @param runners further programs that only start other programs, such as npm
 * @example
 * `const processes = [{ type: "web", command: shellCommand("node server.js $PORT") }]; // ["sh", "-c", "exec node server.js $PORT"]`
 */
export function shellCommand(line: string, runners: ReadonlySet<string> = new Set()): Process["command"] {
  const [first = ""] = line.split(/\s/);
  if (first === "exec") return ["sh", "-c", line];
  const mayBecome = oneCommand.test(line) && !notAlone.test(line) && !shellWords.has(first) && !runners.has(first);
  return mayBecome ? ["sh", "-c", `exec ${line}`] : [withSignals, "sh", "-c", line];
}
