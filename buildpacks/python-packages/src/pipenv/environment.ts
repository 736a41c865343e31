import { join } from "node:path";
import type { LockfileLocation, Variables } from "../package-manager.ts";

/** The path of pip's report about installed files. */
export const reportIn = (workDir: string): string => join(workDir, "report.json");

/**
 * The environment variables for Pipenv. They select the virtual environment, and override settings
 * of the user that conflict with the build.
 */
export const environment = ({ venv, cacheDir, workDir }: LockfileLocation): Variables => ({
  ...unset,
  VIRTUAL_ENV: venv.dir,
  PIPENV_CACHE_DIR: join(cacheDir, "pipenv"),
  PIP_CACHE_DIR: join(cacheDir, "pip"),
  // the lockfile has digests of all files of a version, this of the installed one
  PIP_REPORT: reportIn(workDir),
  WORKON_HOME: join(workDir, "environments"),
  // that is for the app, not for its installation
  PIPENV_DONT_LOAD_ENV: "1",
  PIPENV_NOSPIN: "1",
  PIPENV_YES: "1",
  // no courtesy notice that it uses the environment that it is given
  PIPENV_VERBOSITY: "-1",
  NO_COLOR: "1",
  // otherwise it breaks its lines where a terminal would
  COLUMNS: "200",
});

/** What would let Pipenv work elsewhere, or with another policy for the lockfile. */
const unset: Variables = Object.fromEntries(
  [
    "PIPENV_ACTIVE",
    "PIPENV_CUSTOM_VENV_NAME",
    "PIPENV_IGNORE_VIRTUALENVS",
    "PIPENV_SKIP_LOCK",
    "PIPENV_VENV_IN_PROJECT",
    "PYTHONPATH",
  ].map((name) => [name, undefined]),
);
