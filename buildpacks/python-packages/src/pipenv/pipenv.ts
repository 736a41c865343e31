import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { normalizedName } from "@libcnb/python-app/distributions";
import { runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { InstallContext, LockedPackage, PythonPackageManager, Variables, Work } from "../package-manager.ts";
import { pipSettings } from "../project/pip-settings.ts";
import { withoutTraces } from "../project/traces.ts";
import { netrcLines, withPassword } from "../registry/indexes.ts";
import { type MarkerValues, markerHolds } from "../requirement/marker.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { withReport } from "../sbom/pip-report.ts";
import { type PipenvLock, type PipenvPackage, sectionOf } from "./pipfile.ts";
import { type PipenvProject, pathsIn, readProject } from "./project.ts";

/** The path of pip's report about installed files. */
const reportIn = (workDir: string): string => join(workDir, "report.json");
/**
 * The environment variables for Pipenv. They select the virtual environment, and override settings
 * of the user that conflict with the build.
 */
const environment = ({ venv, cacheDir, workDir }: InstallContext): Variables => ({
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

/**
 * Variables that would let Pipenv work in another directory, or with another policy for the
 * lockfile.
 */
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

/** The {@link PythonPackageManager} for Pipenv. It installs a project with a `Pipfile.lock`. */
export const pipenv: PythonPackageManager = {
  name: "pipenv",
  title: "Pipenv",
  read: readProject,
  environment,
  install,
  async packages(work) {
    const { categories, lock, python } = work.project as PipenvProject;
    const report = await readFile(reportIn(work.workDir), "utf8").catch(() => undefined);
    return installedPackages(work, withReport(await lockedPackages(lock, categories, python.markers), report));
  },
};

/**
 * Returns the packages of a lockfile for this machine. Packages in `categories` are runtime
 * packages, and all others are development packages.
 */
export async function lockedPackages(
  lock: PipenvLock,
  categories: readonly string[],
  values: MarkerValues["values"],
): Promise<readonly LockedPackage[]> {
  const sections = categories.map(sectionOf);
  const runtime = Object.entries(lock).flatMap(([section, packages]) => (sections.includes(section) ? packages : []));
  const names = new Set(runtime.map(({ name }) => normalizedName(name)));
  const others = Object.entries(lock).flatMap(([section, packages]) => (sections.includes(section) ? [] : packages));
  const here = await Promise.all(
    others.map(async (each) => ((await markerHolds(each.marker, { values })) ? [each] : [])),
  );
  const development = here.flat().filter(({ name }) => !names.has(normalizedName(name)));
  return [
    ...runtime.map((each) => lockedPackage(each, "runtime")),
    ...development.map((each) => lockedPackage(each, "development")),
  ];
}

const lockedPackage = (each: PipenvPackage, scope: LockedPackage["scope"]): LockedPackage => ({
  name: each.name,
  version: each.version,
  files: each.hashes.map((hash) => ({ name: undefined, hash })),
  scope,
  ...defined({ source: each.source }),
});

/** Runs `pipenv install`. */
async function install(work: Work): Promise<void> {
  const project = work.project as PipenvProject;
  const { app, choice, codeDirs, dir, lock } = project;
  const env = { ...(await mirrorVariables(work)), ...(await loginVariables(work)) };
  const act = () =>
    runExplained(work.run, { command: ["pipenv", ...installArguments(project)], options: { cwd: dir, env } }, (end) =>
      installFailure("pipenv", end, choice),
    );
  await withoutTraces(app, codeDirs, act, pathsIn(lock, dir, false));
}

/**
 * Returns the arguments of `pipenv install`. `pipenv sync` is not used, because it accepts a
 * lockfile that does not match the Pipfile.
 */
export const installArguments = ({ categories, choice }: Pick<PipenvProject, "categories" | "choice">): string[] => [
  "install",
  choice.lockfile === undefined ? "--skip-lock" : "--deploy",
  ...(categories.length === 1 ? [] : ["--categories", categories.join(" ")]),
];

/** Pipenv takes the index of the Pipfile, and asks a mirror where that is the public one. */
async function mirrorVariables(work: Work): Promise<Variables> {
  const { cert, index } = await pipSettings(work);
  const url = index && withPassword({ ...index, name: "", isDefault: true });
  const { PIPENV_PYPI_MIRROR = url } = work.project.env;
  const { hasSources, pipConf } = work.project as PipenvProject;
  const mirror = defined({ PIPENV_PYPI_MIRROR });
  if (hasSources) return mirror;
  return { ...mirror, ...withoutIndexes, PIP_CONFIG_FILE: await pipConfFile(work, pipConf), PIP_CERT: cert };
}

/** A Pipfile without indexes has those of pip, and its digest too: here they are others than where it was locked. */
const withoutIndexes: Variables = { PIP_INDEX_URL: undefined, PIP_EXTRA_INDEX_URL: undefined };
async function pipConfFile({ secretDir }: Work, text: string | undefined): Promise<string> {
  if (text === undefined) return "/dev/null";
  const file = join(secretDir, "pip.conf");
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

/** Pipenv takes logins from the addresses in the Pipfile, which are the app's, or by host. */
async function loginVariables({ project, indexes, netrc, secretDir }: Work): Promise<Variables> {
  const lines = netrcLines(indexes, (project as PipenvProject).sources);
  if (lines.length === 0) return {};
  const file = join(secretDir, "netrc");
  const own = existsSync(netrc) ? await readFile(netrc, "utf8") : "";
  await writeFile(file, [...lines, own, ""].join("\n"), { mode: 0o600 });
  return { NETRC: file };
}
