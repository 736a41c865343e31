import type { App } from "libcnb";
import { inDir } from "../folders.ts";

/** The content of a Procfile. */
export interface Procfile {
  /** Commands by type of process. */
  readonly commands: Readonly<Record<string, string>>;
  /** Unusable lines, one sentence each. */
  readonly warnings: readonly string[];
}

/** As Heroku and Foreman read it; a type may also have the dots that buildpacks permit. */
const linePattern = /^([A-Za-z0-9_.-]+)[ \t]*:(.*)$/s;

/** Of one argument, such as a shell's: MAX_ARG_STRLEN with the zero behind it. https://man7.org/linux/man-pages/man2/execve.2.html */
const mostBytes = 131_071;

/**
 * Reads a Procfile: `type: command` lines, comments and empty lines.
 *
 * The last line of each type is used. Invalid lines are skipped with a warning.
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
    const [, type, rest = ""] = linePattern.exec(line) ?? [];
    const command = rest.trim();
    if (line === "" || line.startsWith("#")) continue;
    if (type === undefined) warnings.push(`${where} is ignored: it is not of the form "web: command"`);
    else if (command === "") warnings.push(`${where} is ignored: ${type} has no command`);
    else if (line.includes("\0") || /^\.\.?$/.test(type))
      warnings.push(`${where} is ignored: no process can be called so`);
    else if (Buffer.byteLength(command) > mostBytes)
      warnings.push(`${where} is ignored: its command has more than ${mostBytes} bytes, which Linux cannot start`);
    else {
      if (commands.has(type)) warnings.push(`${where} replaces an earlier one for ${type}`);
      commands.set(type, command);
    }
  }
  return { commands: Object.fromEntries(commands), warnings };
}

/** A Procfile of the app. */
export interface LocatedProcfile extends Procfile {
  /** Its directory relative to the app, in which its commands run. */
  readonly dir: string;
}

/** The Procfile of the project, or else of the app; `undefined` if there is none. */
export async function readProcfile(app: App, dir: string): Promise<LocatedProcfile | undefined> {
  const found = await Promise.all(
    [dir, ""].map(async (each) => ({ dir: each, is: await app.exists(inDir(each, "Procfile")) })),
  );
  const first = found.find(({ is }) => is);
  return first && { dir: first.dir, ...parseProcfile(await app.readText(inDir(first.dir, "Procfile"))) };
}
