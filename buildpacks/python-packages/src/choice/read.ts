import { posix } from "node:path";
import { foldersAbove, inDir } from "@libcnb/app-kit";
import { type App, type Env, type Table, UserError } from "libcnb";
import type { Settings } from "../config.ts";
import type { ManagerChoice } from "../package-manager.ts";
import { chooseManager } from "./choose.ts";
import { decisiveNames, lockfilesIn, pipFiles } from "./files.ts";
import { missedFiles } from "./misspelt.ts";
import { signsOf } from "./pyproject.ts";
import { checkVariables } from "./variables.ts";
import { requirementsIn } from "./wish.ts";

/** Where a project lies, and what the user set for the build. */
export interface ChoicePlace {
  /** The project's folder relative to the app; "" is the app's own. */
  readonly dir: string;
  readonly settings: Settings;
}

/** Whether there is something to install, or files that look so and make an error; for detect. */
export async function hasPackages(app: App, { dir, settings }: ChoicePlace): Promise<boolean> {
  if (settings.BP_PYTHON_PACKAGE_MANAGER?.trim() || requirementsIn(settings).length > 0) return true;
  const files = await app.list(dir || ".");
  if (files.some((file) => decisiveNames.includes(file)) || missedFiles(files) !== undefined) return true;
  // what cannot be read is told by the build
  return signsOf(await pyprojectIn(app, dir, files).catch(() => unreadable)).isInstallable;
}

const unreadable: Table = { project: { dynamic: ["dependencies"] } };

/**
 * Reads which tool installs a project, and why, and refuses variables that contradict it.
 *
 * @returns of a member of a uv workspace, `lockfile` is the path to it from the member: `../../uv.lock`
 * @throws UserError PYTHON_PACKAGE_MANAGER_INVALID, PYTHON_LOCKFILES_CONFLICT, PYTHON_LOCKFILE_OF_ANOTHER, PYTHON_LOCKFILE_ALONE,
 * PYTHON_FILE_MISSPELT, PYTHON_REQUIREMENTS_MISSING, PYTHON_REQUIREMENTS_UNCLEAR, PYTHON_CONDA_UNSUPPORTED, PYTHON_VARIABLES_FORBIDDEN
 */
export async function readManagerChoice(
  app: App,
  { dir, settings, env }: ChoicePlace & { readonly env: Env },
): Promise<ManagerChoice> {
  await checkRequirements(app, { dir, settings });
  const files = await app.list(dir || ".");
  const pyproject = await pyprojectIn(app, dir, files);
  const workspace = await workspaceAbove(app, dir, files);
  const choice =
    workspace === undefined
      ? chooseManager({ settings, files, pyproject })
      : atWorkspace(workspace, dir, chooseManager({ settings, files: [...files, "uv.lock"], pyproject }));
  if (choice === undefined) throw missedFiles(files) ?? nothing(dir);
  checkVariables(env, choice.name);
  return choice;
}

const pyprojectIn = async (app: App, dir: string, files: readonly string[]): Promise<Table | undefined> =>
  files.includes("pyproject.toml") ? app.readToml(inDir(dir, "pyproject.toml")) : undefined;

async function checkRequirements(app: App, { dir, settings }: ChoicePlace): Promise<void> {
  for (const file of requirementsIn(settings)) {
    if (await app.exists(inDir(dir, file))) continue;
    throw new UserError("PYTHON_REQUIREMENTS_MISSING", `BP_PIP_REQUIREMENT names ${file}, which is not there`, {
      hint: `Name files ${dir === "" ? "of the app" : `relative to ${dir}`}, separated by blanks, such as requirements/prod.txt.`,
    });
  }
}

/** The nearest folder above with the lockfile of a uv workspace, for a folder that has nothing of its own to install from. */
async function workspaceAbove(app: App, dir: string, files: readonly string[]): Promise<string | undefined> {
  const own = [...lockfilesIn(files).complete, ...pipFiles.filter((file) => files.includes(file))];
  if (own.length > 0 || !files.includes("pyproject.toml")) return undefined;
  for (const folder of foldersAbove(dir)) {
    const names = await app.list(folder || ".");
    if (names.includes("uv.lock") && names.includes("pyproject.toml")) return folder;
  }
  return undefined;
}

function atWorkspace(folder: string, dir: string, choice: ManagerChoice | undefined): ManagerChoice | undefined {
  if (choice?.lockfile !== "uv.lock") return choice;
  const lockfile = inDir(posix.relative(`/${dir}`, `/${folder}`), "uv.lock");
  return { ...choice, lockfile, source: choice.source === "uv.lock" ? inDir(folder, "uv.lock") : choice.source };
}

const nothing = (dir: string): UserError =>
  new UserError("PYTHON_REQUIREMENTS_MISSING", `${dir || "the app"} has no file that says what to install`, {
    hint: "Add requirements.txt, or the lockfile of uv, Poetry, PDM or Pipenv with pyproject.toml or Pipfile.",
  });
