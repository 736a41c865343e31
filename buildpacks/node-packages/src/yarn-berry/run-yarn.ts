import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { installFailure } from "../failures/failure.ts";
import type { Work } from "../package-manager.ts";

/** Runs Yarn in the root directory of the project. */
export async function runYarn(
  { project, run }: Work,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { dirs, lockfile, manifests } = project;
  await runExplained(run, { command: ["yarn", ...args], options: { cwd: dirs.root, env } }, (end) =>
    installFailure("yarn", end, { lockfile, app: manifests[""]?.name }),
  );
}
