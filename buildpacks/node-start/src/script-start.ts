import { type PlainCommand, plainCommand } from "@libcnb/app-kit/start/plain-command";
import type { Texts } from "@libcnb/node-app";
import type { Start } from "./start.ts";

/** Programs that run scripts of package.json, or packages: what they are told means something to them alone. */
export const managers: ReadonlySet<string> = new Set("npm npx yarn yarnpkg pnpm pnpx pn bun bunx corepack".split(" "));

/** What scripts depend on. */
export interface ScriptSources {
  readonly scripts: Texts;
  readonly dir: string;
  /** Packages are in archives: programs of packages need Yarn to start. */
  readonly isPlugAndPlay: boolean;
}

/**
 * How a script of package.json runs: directly when it is plainly a command, else by the package manager.
 *
 * A package manager and a shell between the launcher and the app cost memory and time, and have to pass on every signal.
 * What has hooks or is written for a shell stays with the package manager.
 */
export function scriptStart(name: string, { scripts, dir, isPlugAndPlay }: ScriptSources): Start {
  const source = `scripts.${name} in package.json`;
  const command = hasHooks(name, scripts) ? undefined : directCommand(scripts[name] ?? "", scripts, [name]);
  if (command === undefined || (isPlugAndPlay && command.words[0] !== "node"))
    return { kind: "script", name, source, dir, env: {} };
  return { kind: "program", words: command.words, env: command.env, source, dir };
}

/** The command that a line comes to, if no package manager and no shell is needed for it; scripts that it runs are looked up. */
export function directCommand(line: string, scripts: Texts, seen: readonly string[] = []): PlainCommand | undefined {
  const command = plainCommand(line);
  if (command === undefined || command.words.join() === "node") return undefined;
  if (!managers.has(command.words[0])) return command;
  const other = aliasOf(command.words, scripts);
  if (other === undefined || seen.includes(other) || hasHooks(other, scripts)) return undefined;
  const meant = directCommand(scripts[other] ?? "", scripts, [...seen, other]);
  return meant && { words: meant.words, env: { ...command.env, ...meant.env } };
}

/** Whether scripts run before or after it. */
export const hasHooks = (name: string, scripts: Texts): boolean => `pre${name}` in scripts || `post${name}` in scripts;

/** The script that `npm run x`, `yarn x` and the like stand for. */
function aliasOf([manager, ...words]: readonly string[], scripts: Texts): string | undefined {
  const [first, second] = words.filter((word) => word !== "-s" && word !== "--silent");
  const isRun = first === "run" || first === "run-script";
  const name = isRun ? second : first;
  const mayOmitRun = manager !== "npm" || name === "start";
  const isAlone = words.at(-1) === name && (isRun || mayOmitRun);
  return isAlone && name !== undefined && Object.hasOwn(scripts, name) ? name : undefined;
}
