import { type App, UserError } from "libcnb";

/**
 * The text of a yarn.lock without conflicts that nobody has settled.
 *
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export async function readLockfile(app: App, path: string): Promise<string> {
  const text = await app.readText(path);
  const line = text.split("\n").findIndex((each) => /^(<{7}|={7}|>{7})( |\r?$)/.test(each));
  if (line === -1) return text;
  throw new UserError("PACKAGES_LOCKFILE_INVALID", `${path} has merge conflict marks in line ${line + 1}`, {
    hint: `Run "yarn install", which settles conflicts in ${path}, and commit it.`,
  });
}
