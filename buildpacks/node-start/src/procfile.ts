import { plainCommand } from "@libcnb/app-kit/start/plain-command";
import { commandsOf } from "./commands.ts";
import { directCommand, leftStart, type ScriptSources } from "./script-start.ts";
import type { Start } from "./start.ts";

/**
 * Determines the start settings of a Procfile command, without a shell or a package manager if
 * possible.
 */
export function procfileStart(
  type: string,
  line: string,
  sources: Pick<ScriptSources, "scripts" | "dir" | "built">,
): Start {
  const { scripts, dir } = sources;
  const facts = { source: `${type} in Procfile`, dir };
  const direct = directCommand(line, scripts);
  const left = direct === undefined ? leftStart(commandsOf(line, scripts), sources, facts.source) : undefined;
  if (left !== undefined) return left;
  const command = direct ?? plainCommand(line);
  if (command !== undefined) return { kind: "program", words: command.words, env: command.env, ...facts };
  return { kind: "shell", line, env: {}, ...facts };
}
