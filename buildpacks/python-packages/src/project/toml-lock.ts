import { type App, LibcnbError, type s, UserError } from "libcnb";

/**
 * Reads a lockfile in TOML format.
 *
 * @param path the path relative to the app
 * @param command the command that writes the lockfile: `poetry lock`
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export async function readTomlLock(app: App, path: string, command: string): Promise<s.Table> {
  checkConflicts(await app.readText(path), path, command);
  return app.readToml(path).catch((error: unknown) => {
    if (!(error instanceof LibcnbError && error.code === "TOML_INVALID")) throw error;
    throw invalidLock(path, { cause: error.message, command });
  });
}

/**
 * Refuses a lockfile with marks of a merge conflict.
 *
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export function checkConflicts(text: string, path: string, command: string): void {
  const index = text.split("\n").findIndex((each) => /^(<{7}|>{7}|={7})( |\r?$)/.test(each));
  if (index === -1) return;
  throw new UserError("PACKAGES_LOCKFILE_INVALID", `${path} cannot be read`, {
    cause: `line ${index + 1} is a merge conflict marker`,
    hint: `Check out ${path} from one side of the merge, run "${command}", and commit the file.`,
  });
}

/** Creates the error for a lockfile that is not valid, but has no marks of a merge conflict. */
export const invalidLock = (
  path: string,
  { cause, command }: { readonly cause: string; readonly command: string },
): UserError =>
  new UserError("PACKAGES_LOCKFILE_INVALID", `${path} cannot be read`, {
    cause,
    hint: `Restore ${path} from version control, or delete it and run "${command}". Then commit the file.`,
  });
