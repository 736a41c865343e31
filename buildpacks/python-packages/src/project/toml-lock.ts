import { type App, LibcnbError, type Table, UserError } from "libcnb";

/**
 * Reads a lockfile that is TOML.
 *
 * @param path relative to the app
 * @param command the command that writes the lockfile: `poetry lock`
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export async function readTomlLock(app: App, path: string, command: string): Promise<Table> {
  checkConflicts(await app.readText(path), path, command);
  return app.readToml(path).catch((error: unknown) => {
    if (!(error instanceof LibcnbError && error.code === "TOML_INVALID")) throw error;
    throw invalidLock(path, { cause: error.message, command });
  });
}

/** Looks for marks of a merge conflict in a lockfile. @throws UserError PACKAGES_LOCKFILE_INVALID */
export function checkConflicts(text: string, path: string, command: string): void {
  const index = text.split("\n").findIndex((each) => /^(<{7}|>{7}|={7})( |\r?$)/.test(each));
  if (index !== -1) throw invalidLock(path, { cause: `line ${index + 1} is a mark of a merge conflict`, command });
}

/** Creates the error for an invalid lockfile. */
export const invalidLock = (
  path: string,
  { cause, command }: { readonly cause: string; readonly command: string },
): UserError =>
  new UserError("PACKAGES_LOCKFILE_INVALID", `${path} cannot be read`, {
    cause,
    hint: `Take ${path} of one side of the merge, run "${command}", and commit the file.`,
  });
