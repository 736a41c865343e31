import type { App } from "../app.ts";

/** The content of a Procfile. */
export interface Procfile {
  /** Commands by process type, such as `web`. */
  readonly commands: Readonly<Record<string, string>>;
  /** Warnings about unusable lines, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * The lines of a Procfile, as Heroku and Foreman read them. A type may also contain dots, as
 * buildpacks permit.
 */
const linePattern = /^([A-Za-z0-9_.-]+)[ \t]*:(.*)$/s;

/**
 * The limit of one argument, such as a shell's command: MAX_ARG_STRLEN without the final zero.
 * https://man7.org/linux/man-pages/man2/execve.2.html
 */
const mostBytes = 131_071;

/**
 * Parses a Procfile: `type: command` lines, comments and empty lines.
 *
 * If a type occurs more than once, its last line is used. Invalid lines are skipped with a warning.
 *
 * @example
 * `const { commands, warnings } = parseProcfile("web: node server.js"); // commands: { web: "node server.js" }`
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
    if (type === undefined) warnings.push(`${where} is ignored: it does not have the form "web: command"`);
    else if (command === "") warnings.push(`${where} is ignored: ${type} has no command`);
    else if (line.includes("\0") || /^\.\.?$/.test(type))
      warnings.push(`${where} is ignored: the name of its process is not valid`);
    else if (Buffer.byteLength(command) > mostBytes)
      warnings.push(`${where} is ignored: its command is longer than ${mostBytes} bytes, the limit of Linux`);
    else {
      if (commands.has(type)) warnings.push(`${where} replaces an earlier line for ${type}`);
      commands.set(type, command);
    }
  }
  return { commands: Object.fromEntries(commands), warnings };
}

/** A Procfile and its directory. */
export interface LocatedProcfile extends Procfile {
  /** The directory of the Procfile, relative to the app. The commands of the Procfile run there. */
  readonly dir: string;
}

/**
 * Reads the Procfile in the project's directory, or else in the app's root; `undefined` if there is none.
 *
 * @example `const procfile = await readProcfile(app, "");`
 */
export async function readProcfile(app: App, dir: string): Promise<LocatedProcfile | undefined> {
  const found = await Promise.all([dir, ""].map(async (each) => ({ dir: each, is: await app.exists(pathIn(each)) })));
  const first = found.find(({ is }) => is);
  return first && { dir: first.dir, ...parseProcfile(await app.readText(pathIn(first.dir))) };
}

const pathIn = (dir: string): string => (dir === "" ? "Procfile" : `${dir}/Procfile`);
