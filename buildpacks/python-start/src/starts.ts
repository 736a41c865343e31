import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { UserError } from "libcnb";
import { type Served, servedAs } from "./app/find-object.ts";
import { celeryWorker } from "./guess/celery.ts";
import { chosenFunction } from "./guess/functions.ts";
import { firstGuess } from "./guess/guess.ts";
import { type Project, scriptsOf } from "./project.ts";
import { withoutRunners } from "./runners/without-runners.ts";
import { nothingToStart } from "./say/nothing-to-start.ts";
import { serve } from "./serve/serve.ts";
import { quotedFile, type Start, type Starts } from "./start.ts";

/**
 * Determines all processes of an app. Processes in a Procfile take precedence over detected ones.
 */
export async function findStarts(project: Project): Promise<Starts> {
  const procfile = procfileStarts(project);
  const found = { ...(await celeryWorker(project)), ...scriptProcesses(project), ...procfile };
  if (project.settings.BP_PYTHON_START === "none") {
    const { web: _, ...others } = found;
    return resolved(others, project);
  }
  const web = (await chosenByUser(project)) ?? procfile["web"] ?? (await guessed(project, Object.keys(procfile)));
  return resolved({ ...defined({ web }), ...found, ...defined({ web }) }, project);
}

/** Removes tools that are not in the image from the commands. */
async function resolved(starts: Starts, project: Project): Promise<Starts> {
  const entries = Object.entries(starts).map(
    async ([type, start]) => [type, await withoutRunners(type, start, project)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function procfileStarts({ procfile }: Project): Starts {
  const { commands = {}, dir = "" } = procfile ?? {};
  return Object.fromEntries(
    Object.entries(commands).map(([type, line]) => [type, { line, source: `${type} in Procfile`, dir }]),
  );
}

/** Programs of the project with the names of processes. */
function scriptProcesses({ pyproject, installed, dir }: Project): Starts {
  const types = scriptsOf(pyproject).filter((name) => ["worker", "release"].includes(name) && installed.program(name));
  return Object.fromEntries(
    types.map((type) => [type, { line: type, source: `the script ${type} of pyproject.toml`, dir }]),
  );
}

async function chosenByUser(project: Project): Promise<Start | undefined> {
  const { BP_PYTHON_START: line, BP_LAUNCHPOINT: file, BP_PYTHON_APP: object } = project.settings;
  const { GOOGLE_FUNCTION_TARGET: target } = project.settings;
  if (line !== undefined) return { line, source: "BP_PYTHON_START", dir: project.dir };
  if (file !== undefined) return launchpoint(file, project);
  if (object !== undefined) return objectStart(object, project);
  return target === undefined ? undefined : chosenFunction(target, project);
}

async function launchpoint(file: string, { app, dir }: Project): Promise<Start> {
  if (!file.startsWith("/") && !(await app.exists(inDir(dir, file))))
    throw new UserError(
      "PYTHON_LAUNCHPOINT_MISSING",
      `BP_LAUNCHPOINT is "${file}", which does not exist in the project`,
      {
        hint: "Set it to a Python file, relative to the project, such as main.py.",
      },
    );
  return { line: `python ${quotedFile(file)}`, source: "BP_LAUNCHPOINT", dir };
}

async function objectStart(object: string, project: Project): Promise<Start> {
  const guess = await serve(await servedBy(object, project), project, "BP_PYTHON_APP");
  if ("start" in guess) return guess.start;
  throw new UserError("PYTHON_APP_INVALID", `BP_PYTHON_APP is "${object}": ${guess.obstacle}`, { hint: guess.hint });
}

/** @throws UserError PYTHON_APP_INVALID when the object is not there */
async function servedBy(object: string, { modules }: Project): Promise<Served> {
  const invalid = (why: string) =>
    new UserError("PYTHON_APP_INVALID", `BP_PYTHON_APP is "${object}": ${why}`, {
      hint: "Set it to a module and the name of the app in it, such as shop.main:app, or shop:create_app() for a function that returns it.",
    });
  const [, module = "", name = ""] = /^([\w.]+):([A-Za-z_]\w*)(?:\(\))?$/.exec(object) ?? [];
  if (module === "") throw invalid("it does not have the form module:name");
  const file = await modules.find(module);
  if (file === undefined) throw invalid(`the project has no module ${module}`);
  const served = await servedAs(modules, file, name);
  if (served !== undefined) return served;
  const names = (await modules.file(file))?.names;
  throw invalid(
    names?.has(name)
      ? `the buildpack does not recognize ${name} in ${file} as an app; set the whole command in BP_PYTHON_START`
      : `${file} does not define ${name}`,
  );
}

/**
 * The detected start. An app whose Procfile has only other processes has none, because its author
 * left out `web`.
 */
async function guessed(project: Project, others: readonly string[]): Promise<Start | undefined> {
  const { start, obstacles } = await firstGuess(project);
  if (start !== undefined)
    return {
      ...start,
      warnings: [...(start.warnings ?? []), ...obstacles.map(({ obstacle, hint }) => `Skipped: ${obstacle}. ${hint}`)],
    };
  if (others.length > 0) return undefined;
  throw nothingToStart(project, obstacles);
}
