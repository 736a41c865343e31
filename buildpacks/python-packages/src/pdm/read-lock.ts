import { type App, LibcnbError, UserError } from "libcnb";
import { lockOf, type PdmLock } from "./lockfile.ts";

/**
 * Reads a `pdm.lock`.
 *
 * @param path relative to the app
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export async function readLock(app: App, path: string): Promise<PdmLock> {
  const lines = (await app.readText(path)).split("\n");
  const line = lines.findIndex((each) => /^(<{7}|>{7}|={7})( |\r?$)/.test(each));
  if (line !== -1) throw invalid(path, `line ${line + 1} is a mark of a merge conflict`);
  return lockOf(
    await app.readToml(path).catch((error: unknown) => {
      throw error instanceof LibcnbError && error.code === "TOML_INVALID" ? invalid(path, error.message) : error;
    }),
  );
}

const invalid = (path: string, cause: string): UserError =>
  new UserError("PACKAGES_LOCKFILE_INVALID", `${path} cannot be read`, {
    cause,
    hint: `Take ${path} of one side of the merge, run "pdm lock --update-reuse", and commit the file.`,
  });
