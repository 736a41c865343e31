import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type {
  InstallContext,
  LockedPackage,
  PackageIndex,
  PythonPackageManager,
  Variables,
  Work,
} from "../package-manager.ts";
import { certificatesOfPip, withIndexOfPip } from "../project/pip-settings.ts";
import { withoutTraces } from "../project/traces.ts";
import { isSame, type NamedIndex, namesOf } from "../registry/named-indexes.ts";
import { parseRequirement } from "../requirement/requirement.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { copiedPaths } from "./inputs.ts";
import { lockedPackages } from "./lockfile.ts";
import { type PdmProject, readProject } from "./project.ts";

/**
 * The {@link PythonPackageManager} for PDM. It installs a project with a `pdm.lock`, or with a
 * `pylock.toml` that PDM wrote.
 */
export const pdm: PythonPackageManager = {
  name: "pdm",
  title: "PDM",
  read: readProject,
  environment,
  install,
  packages: async (work) => installedPackages(work, await lockedIn(work.project as PdmProject)),
};

async function lockedIn(project: PdmProject): Promise<readonly LockedPackage[]> {
  const { lock, selection, developmentGroups, python } = project;
  const asked = { selection, developmentGroups, values: python.markers };
  return [...itself(project), ...(lock === undefined ? [] : await lockedPackages(lock, asked))];
}

/** The lockfile does not describe the project itself. */
function itself({ itself, dependencies }: PdmProject): readonly LockedPackage[] {
  const named = dependencies.flatMap((each) => {
    const requirement = parseRequirement(each);
    if (requirement === undefined) return [];
    return [requirement.extras.length === 0 ? requirement.name : `${requirement.name}[${requirement.extras.join()}]`];
  });
  return itself === undefined ? [] : [{ ...itself, files: [], scope: "runtime", role: "app", dependencies: named }];
}

/** Runs `pdm install`. Unlike `pdm sync`, it checks that the lockfile is up to date. */
async function install({ project: read, run, secretDir, ...location }: Work): Promise<void> {
  const project = read as PdmProject;
  const { app, choice, codeDirs, dir, env, lock } = project;
  const indexes = withIndexOfPip(location.indexes, env);
  if (indexes.length > 0) await writeSettings(configFile(secretDir), settingsText(indexes, project.sources));
  const act = () =>
    runExplained(run, { command: ["pdm", ...installArguments(project)], options: { cwd: dir } }, (end) =>
      installFailure("pdm", end, choice),
    );
  await withoutTraces(app, codeDirs, act, copiedPaths(lock, dir));
  // PDM has just created this lockfile: the next build must not treat it as the app's
  if (choice.lockfile === undefined) await rm(app.path(inDir(dir, "pdm.lock")), { force: true });
}

export const installArguments = ({
  choice: { lockfile },
  developmentGroups,
  selection: { groups, extras },
}: Pick<PdmProject, "choice" | "developmentGroups" | "selection">): readonly string[] => [
  "install",
  ...(lockfile === undefined ? [] : ["--check", "--frozen-lockfile"]),
  ...(lockfile === "pylock.toml" ? ["--lockfile", lockfile] : []),
  // PDM refuses --prod with groups for development; of these only those that are named are installed then
  groups.some((each) => developmentGroups.includes(each)) ? "--dev" : "--prod",
  ...[...groups, ...extras].flatMap((name) => ["--group", name]),
];

async function writeSettings(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode: 0o600 });
}

/**
 * Formats PDM settings with the user's indexes. These settings add credentials and indexes to those
 * in the app's `[[tool.pdm.source]]`.
 *
 * @param sources the app's sources. PDM reads the credentials of a source from the settings with
 * the same name
 */
export function settingsText(indexes: readonly PackageIndex[], sources: readonly NamedIndex[]): string {
  const main = indexes.find(({ isDefault }) => isDefault);
  const tables = [
    ...(main === undefined ? [] : [["[pypi]", ...linesOf(main)]]),
    ...indexes.flatMap((each) =>
      tablesFor(each, sources, each === main).map((name) => [`[pypi.${JSON.stringify(name)}]`, ...linesOf(each)]),
    ),
  ];
  return tables.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

/**
 * Returns the names of the tables for an index. For the main index, and for an index that the app's
 * files already contain, only the names of existing tables are returned.
 */
function tablesFor(index: PackageIndex, sources: readonly NamedIndex[], isMain: boolean): readonly string[] {
  const names = namesOf(index, sources);
  const isKnown = sources.some(({ url }) => index.url !== undefined && isSame(url, index.url));
  return isKnown || isMain ? names.filter((name) => sources.some((each) => each.name === name)) : names;
}

// a JSON string is also a valid TOML string
const linesOf = ({ url, username, password }: PackageIndex): readonly string[] =>
  Object.entries({ url, username, password }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${JSON.stringify(value)}`],
  );

/**
 * The environment variables for PDM. They select the virtual environment, and override user
 * settings that conflict with the build.
 */
function environment({ project, venv, cacheDir, workDir, secretDir, indexes }: InstallContext): Variables {
  return {
    ...unset,
    VIRTUAL_ENV: venv.dir,
    PDM_IGNORE_SAVED_PYTHON: "1",
    PDM_USE_VENV: "true",
    PDM_USE_UV: "false",
    // a link into the cache is of no use at launch
    PDM_INSTALL_CACHE: "false",
    PDM_CACHE_DIR: join(cacheDir, "pdm"),
    PDM_LOG_DIR: join(workDir, "pdm-log"),
    PDM_CHECK_UPDATE: "false",
    PDM_NON_INTERACTIVE: "1",
    ...certificatesOfPip(project.env),
    ...defined({
      PDM_CONFIG_FILE: withIndexOfPip(indexes, project.env).length > 0 ? configFile(secretDir) : undefined,
    }),
  };
}

/**
 * Returns the path of PDM's settings file for the user's indexes, which is written before PDM runs.
 */
const configFile = (secretDir: string): string => join(secretDir, "pdm.toml");

const unset: Variables = Object.fromEntries(
  [
    "PDM_AUTO_GLOBAL",
    "PDM_FROZEN_LOCKFILE",
    "PDM_IGNORE_ACTIVE_VENV",
    "PDM_IN_VENV",
    "PDM_LOCKFILE",
    "PDM_PROJECT",
    "PDM_PYTHON",
  ].map((name) => [name, undefined]),
);
