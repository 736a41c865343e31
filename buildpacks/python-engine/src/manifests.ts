import { inDir } from "@libcnb/app-kit/folders";
import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { App } from "libcnb";

interface Candidate {
  readonly wanted: string | undefined;
  readonly source: string;
}

/** The Python versions in package managers' files, in order of precedence. */
export async function manifestRequests(app: App, dir: string): Promise<readonly Candidate[]> {
  const found = await Promise.all([uvLock, pyproject, pipfileLock, pipfile].map((read) => read(app, dir)));
  return withoutRepetition(found.flat());
}

/** uv writes into its lockfile what pyproject.toml says: once is enough for the log. */
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
