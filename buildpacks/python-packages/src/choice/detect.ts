import { inDir } from "@libcnb/app-kit/folders";
import type { App, s } from "libcnb";
import type { Settings } from "../contract.ts";
import { isPylock, requirementsOf } from "../pip/requirements-files.ts";
import { readRequirements } from "../pip/sources.ts";
import { checkConflicts } from "../project/toml-lock.ts";
import { type ChoiceLocation, readChoice } from "./choice.ts";
import { requirementsIn } from "./choose.ts";
import { decisiveNames, lockCommands } from "./files.ts";
import { missedFiles } from "./misspelt.ts";
import { signsOf } from "./pyproject.ts";

/**
 * True if the settings name a package manager or requirements, or if a directory of the app has
 * something to install. Also true if there are files that the build refuses with a hint, such as a
 * misspelled requirements.txt.
 */
export async function installsPackages(app: App, dir: string, settings: Settings): Promise<boolean> {
  if (settings.BP_PYTHON_PACKAGE_MANAGER?.trim() || requirementsIn(settings).length > 0) return true;
  const files = await app.list(dir || ".");
  if (files.some((file) => decisiveNames.includes(file)) || missedFiles(files) !== undefined) return true;
  if (!files.includes("pyproject.toml")) return false;
  // the build reports an unreadable file
  const pyproject = await app.readToml(inDir(dir, "pyproject.toml")).catch(() => unreadable);
  return signsOf(pyproject).isInstallable;
}

const unreadable: s.Table = { project: { dynamic: ["dependencies"] } };

/**
 * Checks the files that determine the installation, as far as possible without Python, so that
 * detect can already report errors.
 *
 * @throws UserError the error that the build would throw
 */
export async function checkFiles(location: ChoiceLocation): Promise<void> {
  const { app, dir, env, settings } = location;
  const choice = await readChoice(location);
  if (choice.name === "pip") {
    const files = requirementsOf({ choice, settings });
    await readRequirements(
      app,
      dir,
      files.filter((file) => !isPylock(file)),
      env,
    );
    return;
  }
  if (choice.lockfile === undefined) return;
  const path = inDir(dir, choice.lockfile);
  checkConflicts(await app.readText(path), path, lockCommands[choice.name]);
}
