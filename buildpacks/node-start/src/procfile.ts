import type { Texts } from "@libcnb/node-app";
import { plainCommand } from "./plain-command.ts";
import { directCommand, type ScriptSources } from "./script-start.ts";
import type { Start } from "./start.ts";

/** What a Procfile says. */
export interface Procfile {
  /** Commands by type of process. */
  readonly commands: Texts;
  /** What cannot be used, one sentence each. */
  readonly warnings: readonly string[];
}

/** As Heroku and Foreman read it; a type may also have the dots that buildpacks permit. */
const linePattern = /^([A-Za-z0-9_.-]+)[ \t]*:[ \t]*(.*)$/;

/**
 * Reads a Procfile: `type: command` lines, comments and empty lines.
 *
 * Of several lines for one type the last one counts. What is no such line is passed over, as everywhere, but not silently.
 */
export function parseProcfile(text: string): Procfile {
  const commands = new Map<string, string>();
  const warnings: string[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    const where = `line ${index + 1} of Procfile`;
    const [, type, command = ""] = linePattern.exec(line) ?? [];
    if (line === "" || line.startsWith("#")) continue;
    if (type === undefined) warnings.push(`${where} is ignored: it is not of the form "web: command"`);
    else if (command === "") warnings.push(`${where} is ignored: ${type} has no command`);
    else if (line.includes("\0") || /^\.\.?$/.test(type))
      warnings.push(`${where} is ignored: no process can be called so`);
    else {
      if (commands.has(type)) warnings.push(`${where} replaces an earlier one for ${type}`);
      commands.set(type, command);
    }
  }
  return { commands: Object.fromEntries(commands), warnings };
}

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
