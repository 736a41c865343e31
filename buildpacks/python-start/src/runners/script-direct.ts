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

/** The command of an app's script, in place of its name. */
export const scriptDirect = ({ script, name, next, where, warnings }: Named): Direct | Obstacle =>
  "unclear" in script
    ? {
        obstacle: `${name} in ${where} ${script.unclear}, which only the tool itself can run`,
        hint: "Write the commands themselves: programs of the app's packages are in PATH.",
      }
    : {
        text: script.line,
        next: next + 1,
        isSequence: script.isSequence,
        warnings: [...warnings, ...script.warnings],
      };
