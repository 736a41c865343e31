import { plainCommand } from "@libcnb/app-kit/start/plain-command";
import { directCommand, type ScriptSources } from "./script-start.ts";
import type { Start } from "./start.ts";

/** How a command of a Procfile runs: without a shell or a package manager if it needs none. */
export function procfileStart(
  type: string,
  line: string,
  { scripts, dir }: Pick<ScriptSources, "scripts" | "dir">,
): Start {
  const facts = { source: `${type} in Procfile`, dir };
  const command = directCommand(line, scripts) ?? plainCommand(line);
  if (command !== undefined) return { kind: "program", words: command.words, env: command.env, ...facts };
  return { kind: "shell", line, env: {}, ...facts };
}
