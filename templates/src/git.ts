import { statSync } from "node:fs";
import { dirname } from "node:path";
import { type CommandOptions, runCommand } from "./command.ts";

/**
 * Returns the user in the Git configuration as `Name <mail>`. Returns an empty text if none is
 * configured.
 */
export async function gitAuthor(options: CommandOptions): Promise<string> {
  const [name, mail] = await Promise.all([setting("user.name", options), setting("user.email", options)]);
  return name && mail ? `${name} <${mail}>` : name;
}

async function setting(key: string, options: CommandOptions): Promise<string> {
  const outcome = await runCommand(["git", "config", "--get", key], options);
  return outcome?.exitCode === 0 ? outcome.stdout.trim() : "";
}

/**
 * Determines whether a directory is the root of a Git repository or below the root. The directory
 * does not need to exist. Returns undefined if the directory is not in a repository.
 */
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

/**
 * Creates a Git repository in the directory. Returns false if that failed. A failure is not an
 * error, because a project also works without a repository.
 */
export async function gitInit(options: CommandOptions): Promise<boolean> {
  return (await runCommand(["git", "init", "--quiet"], options))?.exitCode === 0;
}
