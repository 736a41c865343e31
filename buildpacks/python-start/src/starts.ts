import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { UserError } from "libcnb";
import { type ServedObject, servedAs } from "./app/find-object.ts";
import { celeryWorker } from "./guess/celery.ts";
import { chosenFunction } from "./guess/functions.ts";
import { firstGuess } from "./guess/guess.ts";
import { type Project, scriptsOf } from "./project.ts";
import { withoutRunners } from "./runners/without-runners.ts";
import { serve } from "./serve/serve.ts";
import { type Obstacle, quotedFile, type Start, type Starts } from "./start.ts";

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
  const web =
    (await fromSettings(project)) ?? procfile["web"] ?? (await fromConventions(project, Object.keys(procfile)));
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

async function fromSettings(project: Project): Promise<Start | undefined> {
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
        hint: "Set BP_LAUNCHPOINT to the path of a Python file relative to the project, such as main.py.",
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
async function servedBy(object: string, { modules }: Project): Promise<ServedObject> {
  const form =
    "Set it to a module and the name of the app in it, such as shop.main:app, or shop:create_app() for a function that returns it.";
  const invalid = (why: string, hint = form) =>
    new UserError("PYTHON_APP_INVALID", `BP_PYTHON_APP is "${object}": ${why}`, { hint });
  const [, module = "", name = ""] = /^([\w.]+):([A-Za-z_]\w*)(?:\(\))?$/.exec(object) ?? [];
  if (module === "") throw invalid("it does not have the form module:name");
  const file = await modules.find(module);
  if (file === undefined) throw invalid(`the project has no module ${module}`);
  const served = await servedAs(modules, file, name);
  if (served !== undefined) return served;
  const names = (await modules.file(file))?.names;
  if (!names?.has(name)) throw invalid(`${file} does not define ${name}`);
  throw invalid(
    `the buildpack does not recognize ${name} in ${file} as an app`,
    "Set BP_PYTHON_START to the whole command, such as gunicorn shop:app, and unset BP_PYTHON_APP.",
  );
}

/**
 * The detected start. An app whose Procfile has only other processes has none, because its author
 * left out `web`.
 */
async function fromConventions(project: Project, others: readonly string[]): Promise<Start | undefined> {
  const { start, obstacles } = await firstGuess(project);
  if (start !== undefined)
    return {
      ...start,
      warnings: [...(start.warnings ?? []), ...obstacles.map(({ obstacle, hint }) => `Skipped: ${obstacle}. ${hint}`)],
    };
  if (others.length > 0) return undefined;
  throw nothingToStart(project, obstacles);
}

/**
 * Creates the error for an app with nothing to start. The error contains the reasons and a hint.
 */
function nothingToStart({ dir, procfile }: Project, obstacles: readonly Obstacle[]): UserError {
  const [first] = obstacles;
  if (first !== undefined)
    return new UserError(
      "PYTHON_START_MISSING",
      `nothing to start: ${obstacles.map(({ obstacle }) => obstacle).join("; ")}`,
      { hint: first.hint },
    );
  const where = procfile === undefined ? "there is no Procfile" : "the Procfile has no process web";
  return new UserError(
    "PYTHON_START_MISSING",
    `nothing to start: ${where}, and ${dir === "" ? "the app" : dir} has no app of a known framework (Django, Flask, FastAPI, Starlette, Streamlit, Gradio, …), no script in pyproject.toml, and no main.py or app.py that runs code`,
    {
      hint: `Write the line "web: gunicorn shop:app" into a file ${inDir(dir, "Procfile")}, or set BP_PYTHON_START to the start command, such as "gunicorn shop:app". For an image without a process, set BP_PYTHON_START=none.`,
    },
  );
}
