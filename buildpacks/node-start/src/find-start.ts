import type { App, Env } from "libcnb";
import { type PackageJson, readPackageJson } from "./package-json.ts";
import { conventionalFiles, type StartCommand, startCommand } from "./start-command.ts";

/** Finds the start command of an app as it is now. */
export async function findStart(app: App, env: Env): Promise<StartCommand | undefined> {
  return choose(app, env, await readPackageJson(app), () => false);
}

/** Finds the start command that the app has, or may have once its build script made the files. */
export async function expectStart(app: App, env: Env): Promise<StartCommand | undefined> {
  const packageJson = await readPackageJson(app);
  const isBuilt = packageJson.scripts.build !== undefined || env.BP_NODE_RUN_SCRIPTS !== undefined;
  return choose(app, env, packageJson, (file) => isBuilt && file === packageJson.main);
}

async function choose(app: App, env: Env, { scripts, main }: PackageJson, isExpected: (file: string) => boolean) {
  const candidates = main === undefined ? conventionalFiles : [main, ...conventionalFiles];
  const found = await Promise.all(candidates.map((file) => app.exists(file)));
  const files = new Set(candidates.filter((_, index) => found[index]));
  const launchpoint = env.BP_LAUNCHPOINT || undefined;
  return startCommand({ launchpoint, scripts, main, has: (file) => files.has(file) || isExpected(file) });
}

/** Says what was looked for, and what the user can do. */
export const nothingToStart = (hasPackageJson: boolean): string =>
  [
    `nothing to start: ${hasPackageJson ? "package.json has no scripts.start and no main that exists" : "the app has no package.json"}, and there is none of ${conventionalFiles.join(", ")}.`,
    hasPackageJson
      ? `Add a "start" script to package.json, or set BP_LAUNCHPOINT to the file that node shall run.`
      : "Add a package.json with a start script, set BP_LAUNCHPOINT to the file that node shall run, or check that this is the right folder.",
  ].join(" ");
