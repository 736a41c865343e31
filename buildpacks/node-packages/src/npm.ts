import { type Env, type Logger, type RunTool, UserError } from "libcnb";
import { installError, npmFailure } from "./npm-error.ts";
import type { Lockfile } from "./project.ts";

/** npm, ready to run in the app. */
export interface Npm {
  readonly run: RunTool;
  readonly log: Logger;
  readonly env: Env;
  /** npm's download cache, in a layer that never becomes part of an image. */
  readonly cacheDir: string;
}

/** Installs all dependencies, those for development too; exactly what the lockfile says if there is one. */
export async function installDependencies(npm: Npm, lockfile: Lockfile | undefined): Promise<void> {
  // without a lockfile none is written either: it would be the only one that nobody has seen
  const command = lockfile === undefined ? ["install", "--no-package-lock"] : ["ci"];
  if (lockfile === undefined) npm.log.warn(noLockfile);
  const { exitCode, stdout } = await npm.run("npm", [...command, ...installFlags, ...quiet(npm.env)], {
    env: npmEnv(npm),
    output: "capture",
    allowedExitCodes: anyExitCode,
  });
  if (exitCode === 0) return;
  throw installError(npmFailure(stdout) ?? { code: "", summary: stdout, detail: "" }, lockfile?.name);
}

/** Runs a script of package.json, its output going to the log. */
export async function runScript(npm: Npm, name: string): Promise<void> {
  npm.log.step(`Running the script "${name}"`);
  await npm.run("npm", ["run", name], { env: npmEnv(npm) }).catch((cause: unknown) => {
    throw new UserError("NPM_SCRIPT_FAILED", `the script "${name}" of package.json failed`, {
      cause,
      hint: "Correct what it complains about. BP_NODE_RUN_SCRIPTS names other scripts to run, or none when it is empty.",
    });
  });
}

/** The Node.js that the dependencies are installed for: native modules fit only that. */
export async function nodeVersion(run: RunTool): Promise<string> {
  const { stdout } = await run("node", ["--version"], { output: "capture" });
  return stdout.trim();
}

// Development packages are needed by the build script whatever NODE_ENV says. With --json npm also says why it failed.
const installFlags: readonly string[] = ["--json", "--include=dev", "--prefer-offline", "--no-audit", "--no-fund"];

// npm's own words are shown once, as part of the error; a user who sets a level sees all of that level
const quiet = (env: Env): readonly string[] =>
  env.NPM_CONFIG_LOGLEVEL === undefined && env.npm_config_loglevel === undefined ? ["--loglevel=silent"] : [];

const npmEnv = ({ cacheDir }: Npm) => ({
  NPM_CONFIG_CACHE: cacheDir,
  npm_config_cache: undefined,
  NPM_CONFIG_LOGS_MAX: "0",
  NPM_CONFIG_UPDATE_NOTIFIER: "false", // asks the registry whenever its cache is new
});

const anyExitCode: readonly number[] = Array.from({ length: 255 }, (_, index) => index + 1);

const noLockfile =
  "There is no package-lock.json: npm chooses the newest versions that fit, which another build may not get. " +
  'Run "npm install" and commit package-lock.json.';
