import type { Process } from "libcnb";
import { shellWords } from "./plain-command.ts";
import { withSignals } from "./with-signals.ts";

/** One command whose words only have variables to expand. */
const oneCommand = /^(?:[\w@%+=:,./^${}-]|\s|"[^"\\`]*"|'[^']*')+$/;
const notAlone = /\$\(|(^|\s)[{}](\s|$)|^\w+=/;

/**
 * How a line runs that needs a shell: by one that becomes the program, or, for what only a shell can do, by one that gives signals to what it
 * starts.
 *
 * @param runners further programs that only start others, such as npm
 */
export function shellCommand(line: string, runners: ReadonlySet<string> = new Set()): Process["command"] {
  const [first = ""] = line.split(/\s/);
  if (first === "exec") return ["sh", "-c", line];
  const mayBecome = oneCommand.test(line) && !notAlone.test(line) && !shellWords.has(first) && !runners.has(first);
  return mayBecome ? ["sh", "-c", `exec ${line}`] : [withSignals, "sh", "-c", line];
}
