import { statSync } from "node:fs";
import { dirname } from "node:path";
import { type CommandOptions, runCommand } from "./command.ts";

/** `Name <mail>` of the user's Git, or empty without one. */
export async function gitAuthor(options: CommandOptions): Promise<string> {
  const [name, mail] = await Promise.all([setting("user.name", options), setting("user.email", options)]);
  return name && mail ? `${name} <${mail}>` : name;
}

async function setting(key: string, options: CommandOptions): Promise<string> {
  const outcome = await runCommand(["git", "config", "--get", key], options);
  return outcome?.exitCode === 0 ? outcome.stdout.trim() : "";
}

/** Where a folder, which need not exist yet, is in a Git repository. Undefined outside of one. */
export async function locationInRepository(
  dir: string,
  options: CommandOptions,
): Promise<"root" | "below" | undefined> {
  const cwd = existingPart(dir);
  const outcome = await runCommand(["git", "rev-parse", "--is-inside-work-tree", "--show-prefix"], { ...options, cwd });
  const [isInside, prefix] = (outcome?.stdout ?? "").split("\n");
  if (outcome?.exitCode !== 0 || isInside !== "true") return undefined;
  return cwd === dir && prefix === "" ? "root" : "below";
}

const existingPart = (dir: string): string =>
  isFolder(dir) || dirname(dir) === dir ? dir : existingPart(dirname(dir));

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Makes a repository of the folder. Whether that worked; a project is one without it as well. */
export async function gitInit(options: CommandOptions): Promise<boolean> {
  return (await runCommand(["git", "init", "--quiet"], options))?.exitCode === 0;
}
