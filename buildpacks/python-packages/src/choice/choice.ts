import { posix } from "node:path";
import { foldersAbove, inDir } from "@libcnb/app-kit/folders";
import { type App, type Env, type s, UserError } from "libcnb";
import type { Settings } from "../contract.ts";
import type { ManagerChoice } from "../package-manager.ts";
import { chooseManager, requirementsIn } from "./choose.ts";
import { lockfilesIn, pipFiles } from "./files.ts";
import { missedFiles } from "./misspelt.ts";
import { checkVariables } from "./variables.ts";

/** The location of a project, and the environment variables and settings of the build. */
export interface ChoiceLocation {
  readonly app: App;
  /** The project's directory relative to the app; "" for the app's root directory. */
  readonly dir: string;
  readonly env: Env;
  readonly settings: Settings;
}

/**
 * Determines which tool installs a project, and the reason. Throws for environment variables that
 * contradict the choice.
 *
 * @returns the choice. For a member of a uv workspace, `lockfile` is relative to the member:
 * `../../uv.lock`
 * @throws UserError PYTHON_PACKAGE_MANAGER_INVALID, PYTHON_LOCKFILES_CONFLICT,
 * PYTHON_LOCKFILE_OF_ANOTHER, PYTHON_LOCKFILE_ALONE, PYTHON_FILE_MISSPELT,
 * PYTHON_REQUIREMENTS_MISSING, PYTHON_REQUIREMENTS_UNCLEAR, PYTHON_CONDA_UNSUPPORTED,
 * PYTHON_VARIABLES_FORBIDDEN
 */
export async function readChoice({ app, dir, env, settings }: ChoiceLocation): Promise<ManagerChoice> {
  await checkRequirements(app, dir, settings);
  const files = await app.list(dir || ".");
  const root = await workspaceAbove(app, dir, files);
  const tomlIn = (folder: string, name: string) => tomlOf(app, inDir(folder, name));
  const sources = {
    settings,
    files: root === undefined ? files : [...files, "uv.lock"],
    pyproject: await tomlIn(dir, "pyproject.toml"),
    uvToml: await tomlIn(root ?? dir, "uv.toml"),
  };
  const choice = chooseManager(sources);
  if (choice === undefined) throw missedFiles(files) ?? nothing(dir);
  checkVariables(env, choice.name);
  return root === undefined ? choice : atWorkspace(root, dir, choice);
}

const tomlOf = async (app: App, path: string): Promise<s.Table | undefined> =>
  (await app.exists(path)) ? app.readToml(path) : undefined;

async function checkRequirements(app: App, dir: string, settings: Settings): Promise<void> {
  for (const file of requirementsIn(settings)) {
    if (await app.exists(inDir(dir, file))) continue;
    throw new UserError("PYTHON_REQUIREMENTS_MISSING", `BP_PIP_REQUIREMENT names ${file}, which does not exist`, {
      hint: `Set BP_PIP_REQUIREMENT to one or more paths ${dir === "" ? "in the app" : `relative to ${dir}`}, separated by spaces, such as requirements/prod.txt.`,
    });
  }
}

/** The nearest directory above with the lockfile of a uv workspace, for a directory that has nothing of its own to install from. */
async function workspaceAbove(app: App, dir: string, files: readonly string[]): Promise<string | undefined> {
  const own = [...lockfilesIn(files).complete, ...pipFiles.filter((file) => files.includes(file))];
  if (own.length > 0 || !files.includes("pyproject.toml")) return undefined;
  for (const folder of foldersAbove(dir)) {
    const names = await app.list(folder || ".");
    if (names.includes("uv.lock") && names.includes("pyproject.toml")) return folder;
  }
  return undefined;
}

function atWorkspace(folder: string, dir: string, choice: ManagerChoice): ManagerChoice {
  if (choice.lockfile !== "uv.lock") return choice;
  const lockfile = inDir(posix.relative(`/${dir}`, `/${folder}`), "uv.lock");
  return { ...choice, lockfile, source: choice.source === "uv.lock" ? inDir(folder, "uv.lock") : choice.source };
}

const nothing = (dir: string): UserError =>
  new UserError("PYTHON_REQUIREMENTS_MISSING", `${dir || "the app"} has no file that lists packages to install`, {
    hint: "Add requirements.txt, or the lockfile of uv, Poetry, PDM or Pipenv with pyproject.toml or Pipfile.",
  });
