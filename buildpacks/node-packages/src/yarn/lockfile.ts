import { type App, UserError } from "libcnb";

/**
 * The text of a yarn.lock, if the version of Yarn can use it.
 *
 * @throws UserError PACKAGES_LOCKFILE_INVALID, NODE_LOCKFILE_OF_ANOTHER
 */
export async function readLockfile(app: App, path: string, toolVersion: string): Promise<string> {
  const text = await app.readText(path);
  const line = text.split("\n").findIndex((each) => /^(<{7}|={7}|>{7})( |\r?$)/.test(each));
  if (line !== -1)
    throw new UserError("PACKAGES_LOCKFILE_INVALID", `${path} has merge conflict marks in line ${line + 1}`, {
      hint: `Run "yarn install", which settles conflicts in ${path}, and commit it.`,
    });
  const writer = /^__metadata:/m.test(text) ? "Yarn 2 or newer" : "Yarn 1";
  const isOfThis = text.trim() === "" || (writer === "Yarn 1") === toolVersion.startsWith("1.");
  if (isOfThis) return text;
  throw new UserError(
    "NODE_LOCKFILE_OF_ANOTHER",
    `${path} is of ${writer}, but the app is to be installed with Yarn ${toolVersion}`,
    {
      hint: `Run "yarn install" with Yarn ${toolVersion} and commit ${path}, or name the other version as packageManager in package.json.`,
    },
  );
}
