import { foldersAbove, inDir } from "@libcnb/app-kit/folders";
import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";
import { projectDir } from "@libcnb/python-app/project-dir";
import type { App } from "libcnb";
import { type PlanRequest, requestsInPlan, type VersionRequest, versionInFile, versionRequests } from "libcnb/kit";
import type { Settings } from "./contract.ts";

/**
 * Reads all requests in order of precedence: requests of the user, of the project's files, of files
 * in its parent directories, and of other buildpacks.
 */
export async function readRequests(
  app: App,
  settings: Pick<Settings, "BP_CPYTHON_VERSION" | "BP_PYTHON_PROJECT_PATH">,
  plan: readonly PlanRequest[],
): Promise<readonly VersionRequest[]> {
  const dir = await projectDir(app, settings.BP_PYTHON_PROJECT_PATH);
  const inFiles = await Promise.all([dir, ...foldersAbove(dir)].map((folder) => requestsIn(app, folder)));
  const user = versionRequests([{ wanted: settings.BP_CPYTHON_VERSION, source: "BP_CPYTHON_VERSION" }]);
  return [...user, ...inFiles.flat(), ...requestsInPlan(plan)];
}

async function requestsIn(app: App, dir: string): Promise<readonly VersionRequest[]> {
  const textOf = async (name: string) => ((await app.exists(inDir(dir, name))) ? app.readText(inDir(dir, name)) : "");
  const [pinned, runtime] = await Promise.all([textOf(".python-version"), textOf("runtime.txt")]);
  return versionRequests([
    { wanted: pinnedVersion(pinned), source: inDir(dir, ".python-version") },
    ...(await manifestRequests(app, dir)),
    { wanted: runtimeVersion(runtime), source: inDir(dir, "runtime.txt") },
  ]);
}

/** pyenv and uv name implementations and platforms, too: `cpython-3.12.4-linux-x86_64-gnu`, `cpython@3.12`, `python-3.12.4`, `3.13-dev`. */
const pinnedVersion = (text: string): string | undefined => {
  const line = versionInFile(text);
  const [, version] =
    /^(?:c?python[-@]?)?(\d+(?:\.\d+){0,2}(?:(?:a|b|rc)\d+)?)(?:-dev|-linux-.*)?$/i.exec(line ?? "") ?? [];
  return version ?? line;
};

/** Heroku's older form: `python-3.11.9`. */
const runtimeVersion = (text: string): string | undefined => /^python-(\S+)$/m.exec(text.trim())?.[1];

interface Candidate {
  readonly wanted: string | undefined;
  readonly source: string;
}

/** The Python versions in package managers' files, in order of precedence. */
async function manifestRequests(app: App, dir: string): Promise<readonly Candidate[]> {
  const found = await Promise.all([uvLock, pyproject, pipfileLock, pipfile].map((read) => read(app, dir)));
  return withoutRepetition(found.flat());
}

/** uv copies the value in pyproject.toml into its lockfile: the log shows it once. */
const withoutRepetition = ([first, ...others]: readonly Candidate[]): readonly Candidate[] =>
  first === undefined ? [] : [first, ...others.filter(({ wanted }) => wanted === undefined || wanted !== first.wanted)];
/** One of the first lines that uv writes; what follows may be a megabyte. */
async function uvLock(app: App, dir: string): Promise<readonly Candidate[]> {
  const file = inDir(dir, "uv.lock");
  if (!(await app.exists(file))) return [];
  const [, wanted] = /^requires-python = "([^"\n]*)"\s*$/m.exec(await app.readText(file)) ?? [];
  return [{ wanted, source: `requires-python of ${file}` }];
}

async function pyproject(app: App, dir: string): Promise<readonly Candidate[]> {
  const file = inDir(dir, "pyproject.toml");
  if (!(await app.exists(file))) return [];
  const { project, tool } = await app.readToml(file);
  const { python } = tableOf(tableOf(tableOf(tool).poetry).dependencies);
  return [
    { wanted: stringOf(tableOf(project)["requires-python"]), source: `requires-python of ${file}` },
    { wanted: stringOf(isTable(python) ? python.version : python), source: `dependencies.python of ${file}` },
  ];
}

async function pipfileLock(app: App, dir: string): Promise<readonly Candidate[]> {
  const file = inDir(dir, "Pipfile.lock");
  if (!(await app.exists(file))) return [];
  const { _meta } = tableOf(await app.readJson(file));
  return [pipenvRequest(tableOf(_meta).requires, file)];
}

async function pipfile(app: App, dir: string): Promise<readonly Candidate[]> {
  const file = inDir(dir, "Pipfile");
  if (!(await app.exists(file))) return [];
  return [pipenvRequest((await app.readToml(file)).requires, file)];
}

function pipenvRequest(requires: unknown, file: string): Candidate {
  const { python_full_version: full, python_version: line } = tableOf(requires);
  return stringOf(full) === undefined
    ? { wanted: stringOf(line), source: `python_version of ${file}` }
    : { wanted: stringOf(full), source: `python_full_version of ${file}` };
}
