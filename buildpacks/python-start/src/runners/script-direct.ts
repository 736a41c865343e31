import type { Obstacle } from "../guess/guess-result.ts";
import type { Direct } from "./runner.ts";
import type { Script, Unclear } from "./scripts.ts";

interface Named {
  readonly script: Script | Unclear;
  readonly name: string;
  /** The index of the word that names it. */
  readonly next: number;
  readonly where: string;
  readonly warnings: readonly string[];
}

/**
 * Replaces the name of a script in a start command by the script's own command. Returns an obstacle
 * with the reason if only the tool itself can run the script.
 */
export const scriptDirect = ({ script, name, next, where, warnings }: Named): Direct | Obstacle =>
  "unclear" in script
    ? {
        obstacle: `the script ${name} in ${where} ${script.unclear}, so it cannot run without its tool`,
        hint: "Write the commands instead of the script: the programs of the app's packages are in PATH.",
      }
    : {
        text: script.line,
        next: next + 1,
        isSequence: script.isSequence,
        warnings: [...warnings, ...script.warnings],
      };
