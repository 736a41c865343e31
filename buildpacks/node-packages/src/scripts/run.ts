import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { scriptFailure } from "../failures/failure.ts";
import type { PackageManager, Work } from "../package-manager.ts";

/** Runs a script of package.json with the package manager, and sends its output to the log. */
export async function runScript(manager: PackageManager, { log, project, run }: Work, name: string): Promise<void> {
  log.step(`Running the script "${name}"`);
  await runExplained(run, { command: manager.scriptCommand(name), options: { cwd: project.dirs.dir } }, (end) =>
    scriptFailure(manager.name, name, end),
  );
}
