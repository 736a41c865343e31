import { type App, UserError } from "libcnb";

/**
 * Reads the text of a yarn.lock, and checks that the version of Yarn can use it.
 *
 * @throws UserError PACKAGES_LOCKFILE_INVALID, NODE_LOCKFILE_OF_ANOTHER
 */
export async function readLockfile(app: App, path: string, toolVersion: string): Promise<string> {
  const text = await app.readText(path);
  const line = text.split("\n").findIndex((each) => /^(<{7}|={7}|>{7})( |\r?$)/.test(each));
  if (line !== -1)
    throw new UserError("PACKAGES_LOCKFILE_INVALID", `${path} has a merge conflict marker in line ${line + 1}`, {
      hint: `Run "yarn install", which resolves conflicts in ${path}, and commit the file.`,
    });
  const writer = /^__metadata:/m.test(text) ? "Yarn 2 or newer" : "Yarn 1";
  const isOfThis = text.trim() === "" || (writer === "Yarn 1") === toolVersion.startsWith("1.");
  if (isOfThis) return text;
  throw new UserError(
    "NODE_LOCKFILE_OF_ANOTHER",
    `${path} was written by ${writer}, but this build installs with Yarn ${toolVersion}`,
    {
      hint: `Run "yarn install" with Yarn ${toolVersion} and commit ${path}; or set packageManager in package.json to the version that wrote ${path}.`,
    },
  );
}
