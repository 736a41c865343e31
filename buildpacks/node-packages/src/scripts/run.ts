import { UserError } from "libcnb";
import type { PackageManager, Work } from "../package-manager.ts";

/** Runs a script of package.json by its package manager, its output going to the log. */
export async function runScript({ scriptCommand }: PackageManager, work: Work, name: string): Promise<void> {
  const { log, project, run } = work;
  const [tool, ...args] = scriptCommand(name);
  log.step(`Running the script "${name}"`);
  await run(tool, args, { cwd: project.dirs.dir }).catch((cause: unknown) => {
    throw new UserError("NPM_SCRIPT_FAILED", `the script "${name}" of package.json failed`, {
      cause,
      hint: "Correct what it complains about. BP_NODE_RUN_SCRIPTS names other scripts to run, or none when it is empty.",
    });
  });
}
