import { UserError } from "libcnb";
import { parseYaml } from "../yaml.ts";

/**
 * Parses the text of a lockfile.
 *
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export async function parseLockfile(text: string, name: string): Promise<unknown> {
  const line = text.split("\n").findIndex((each) => /^(<{7}|>{7}|={7})( |\r?$)/.test(each));
  // newer versions of pnpm resolve the conflict on their own, to a lockfile that no user has reviewed
  if (line !== -1) throw invalid(name, `line ${line + 1} is a merge conflict marker`);
  return parseYaml(text, name).catch((error: unknown) => {
    throw invalid(name, (error as UserError).cause);
  });
}

const invalid = (name: string, cause: unknown): UserError =>
  new UserError("PACKAGES_LOCKFILE_INVALID", `${name} cannot be read`, {
    cause,
    hint: `Look for merge conflict markers in ${name}; or run "pnpm install", which resolves these conflicts, and commit the file.`,
  });

/**
 * Refuses a lockfile that the chosen version of pnpm would ignore or overwrite.
 *
 * @throws UserError PACKAGES_LOCKFILE_UNSUITABLE
 */
export function checkVersion(lockfileVersion: string, name: string, toolVersion: string): void {
  const major = Number.parseInt(toolVersion, 10);
  const format = Number.parseInt(lockfileVersion, 10);
  const range = writers.find((each) => each.format === format);
  if (range === undefined || (major >= range.from && major <= range.to)) return;
  throw new UserError("PACKAGES_LOCKFILE_UNSUITABLE", `pnpm ${major} cannot read ${name}`, {
    cause: `${name} has the lockfileVersion ${lockfileVersion}, which pnpm ${range.words} can read`,
    hint: `Set packageManager in package.json to a version that can read ${name}, such as ${range.example}; or run "pnpm install" with pnpm ${major} and commit ${name}.`,
  });
}

/** The versions of pnpm that use a lockfile format without rewriting it. A missing format may be newer. */
const writers = [
  { format: 5, from: 3, to: 7, words: "3 to 7", example: "pnpm@7.33.7" },
  { format: 6, from: 8, to: 9, words: "8 and 9", example: "pnpm@9.15.9" },
  { format: 9, from: 9, to: Number.POSITIVE_INFINITY, words: "9 and newer", example: "pnpm@10.34.9" },
] as const;
