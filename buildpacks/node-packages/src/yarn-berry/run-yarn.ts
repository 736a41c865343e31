import type { Work } from "../package-manager.ts";

/** Runs Yarn in the root of the project. */
export async function runYarn(
  { project, run }: Work,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await run("yarn", args, { cwd: project.dirs.root, env });
}
