import { type App, LibcnbError, type Table, UserError } from "libcnb";

/**
 * Reads a lockfile that is TOML.
 *
 * @param path relative to the app
 * @param command what writes the lockfile: `poetry lock`
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export async function readTomlLock(app: App, path: string, command: string): Promise<Table> {
  const invalid = (cause: string) => invalidLock(path, { cause, command });
  const line = conflictIn(await app.readText(path));
  if (line !== undefined) throw invalid(`line ${line} is a mark of a merge conflict`);
  return app.readToml(path).catch((error: unknown) => {
    throw error instanceof LibcnbError && error.code === "TOML_INVALID" ? invalid(error.message) : error;
  });
}

/** The first line with a mark of a merge conflict, counted from 1; `undefined` without one. */
export function conflictIn(text: string): number | undefined {
  const index = text.split("\n").findIndex((each) => /^(<{7}|>{7}|={7})( |\r?$)/.test(each));
  return index === -1 ? undefined : index + 1;
}

/** A lockfile that nobody can read. */
export const invalidLock = (
  path: string,
  { cause, command }: { readonly cause: string; readonly command: string },
): UserError =>
  new UserError("PACKAGES_LOCKFILE_INVALID", `${path} cannot be read`, {
    cause,
    hint: `Take ${path} of one side of the merge, run "${command}", and commit the file.`,
  });
