import { inDir } from "@libcnb/app-kit/folders";
import { isPylock } from "../pip/pylock.ts";
import { requirementsOf } from "../pip/requirements-files.ts";
import { readRequirements } from "../pip/sources.ts";
import { checkConflicts } from "../project/toml-lock.ts";
import { type ChoiceLocation, readChoice } from "./choice.ts";
import { lockCommands } from "./files.ts";

/**
 * Checks the files that determine the installation, as far as possible without Python. @throws
 * UserError the error that the build would throw
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
