import type { Texts } from "@libcnb/node-app";
import { type PlainCommand, plainCommand } from "libcnb/kit";
import { aliasOf, type Command, commandsOf, commandsOfScript, hasHooks, managers } from "./commands.ts";
import type { Start } from "./start.ts";

/** The files and settings that determine how a script of package.json is started. */
export interface ScriptSources {
  readonly scripts: Texts;
  readonly dir: string;
  /** True if packages are in archives, so that programs of packages need Yarn to start. */
  readonly isPlugAndPlay: boolean;
  /** The names of the scripts that the build runs. */
  readonly built: readonly string[];
}

/**
 * Determines the start settings of a package.json script. A plain command is started directly. A
 * script with hooks or shell syntax is started by the package manager.
 *
 * A package manager and a shell between the launcher and the app would use memory and time, and
 * would have to forward every signal.
 */
export function scriptStart(name: string, sources: ScriptSources): Start {
  const { scripts, dir, isPlugAndPlay } = sources;
  const source = `scripts.${name} in package.json`;
  const command = hasHooks(name, scripts) ? undefined : directCommand(scripts[name] ?? "", scripts, [name]);
  if (command !== undefined && !(isPlugAndPlay && command.words[0] !== "node"))
    return { kind: "program", words: command.words, env: command.env, source, dir };
  const left = isPlugAndPlay ? undefined : leftStart(commandsOfScript(name, scripts), sources, source);
  return left ?? { kind: "script", name, source, dir, env: {} };
}

/**
 * Returns start settings without the commands that the build has already run; `undefined` if there
 * are no such commands.
 */
function leftStart(
  commands: readonly Command[] | undefined,
  sources: Pick<ScriptSources, "scripts" | "dir" | "built">,
  whole: string,
): Start | undefined {
  const left = withoutBuilt(commands, sources);
  if (left === undefined) return undefined;
  const facts = { dir: sources.dir, source: `${whole}, without "${left.without}", which the build has already run` };
  const line = left.commands.map(({ text }) => text).join(" && ");
  const command = left.commands.length === 1 ? directCommand(line, sources.scripts) : undefined;
  if (command === undefined) return { kind: "shell", line, env: {}, ...facts };
  return { kind: "program", words: command.words, env: command.env, ...facts };
}

/**
 * Resolves a line to a command that needs neither a package manager nor a shell. Scripts in the
 * line are expanded. Returns `undefined` if the line needs one of the two.
 */
function directCommand(line: string, scripts: Texts, seen: readonly string[] = []): PlainCommand | undefined {
  const command = plainCommand(line);
  if (command === undefined || command.words.join() === "node") return undefined;
  if (!managers.has(command.words[0])) return command;
  const other = aliasOf(command.words, scripts);
  if (other === undefined || seen.includes(other) || hasHooks(other, scripts)) return undefined;
  const meant = directCommand(scripts[other] ?? "", scripts, [...seen, other]);
  return meant && { words: meant.words, env: { ...command.env, ...meant.env } };
}

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

/** The rest of a shell line without the commands at its start that the build has already run. */
interface RemainingLine {
  /** The remaining commands. */
  readonly commands: readonly Command[];
  /** The omitted part of the line, as written. */
  readonly without: string;
}

/**
 * Omits commands at the start of a line that the build has already run. Otherwise, `npm run build
 * && node dist/server.js` would build again at each start, with tools that are missing in the
 * image. Returns `undefined` if no command can be omitted, or if none would be left.
 *
 * @param commands all commands of the line
 * @param built the names of the scripts that the build runs
 */
function withoutBuilt(
  commands: readonly Command[] | undefined,
  { scripts, built }: { readonly scripts: Texts; readonly built: readonly string[] },
): RemainingLine | undefined {
  if (commands === undefined) return undefined;
  const done = new Set(built.flatMap((name) => [`npm run ${name}`, ...doneBy(name, scripts)]));
  const count = commands.findIndex((each) => !done.has(nameOf(each)) && !isInstallation(each));
  if (count <= 0) return undefined;
  return {
    commands: commands.slice(count),
    without: commands
      .slice(0, count)
      .map(({ text }) => text)
      .join(" && "),
  };
}

const doneBy = (name: string, scripts: Texts): readonly string[] =>
  (commandsOfScript(name, scripts) ?? commandsOf(scripts[name] ?? "", scripts) ?? []).map(nameOf);

/** The same for commands that do the same; a script that cannot be written out is called in many ways. */
function nameOf({ text, plain }: Command): string {
  if (plain === undefined) return text;
  const { env, words } = plain;
  const script = /^(?:npm|yarn|pnpm|bun) (?:run(?:-script)? )?([\w:.-]+)$/.exec(words.join(" "))?.[1];
  return script === undefined || isInstallation({ text, plain }) ? JSON.stringify([env, words]) : `npm run ${script}`;
}

/** Packages are in the image. */
const isInstallation = ({ plain }: Command): boolean =>
  plain !== undefined &&
  /^(?:npm (?:i|install|ci)|yarn(?: install)?|pnpm (?:i|install)|bun (?:i|install))(?: --[\w-]+)*$/.test(
    plain.words.join(" "),
  );
