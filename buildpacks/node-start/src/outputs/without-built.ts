import type { Texts } from "@libcnb/node-app";
import { type Command, commandsOf, commandsOfScript } from "../commands.ts";

/** The rest of a shell line without the commands at its start that the build has already run. */
export interface Left {
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
export function withoutBuilt(
  commands: readonly Command[] | undefined,
  { scripts, built }: { readonly scripts: Texts; readonly built: readonly string[] },
): Left | undefined {
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
