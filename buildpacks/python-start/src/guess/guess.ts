import { inDir } from "@libcnb/app-kit/folders";
import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import { findServed, type ServedObject, servedAs } from "../app/find-object.ts";
import { djangoGuess } from "../django/django-guess.ts";
import { nameOf, type Project, scriptsOf } from "../project.ts";
import { serve } from "../serve/serve.ts";
import { type Guess, isImportable, type Obstacle, quotedFile, type Start } from "../start.ts";
import { candidates } from "./candidates.ts";
import { frontEndGuesses } from "./front-ends.ts";
import { functionGuess } from "./functions.ts";

/**
 * All candidates for the start of an app, most preferred first. A candidate is only searched when
 * the previous one has been refused.
 */
async function* guesses(project: Project): AsyncGenerator<Guess> {
  yield* listOf(await djangoGuess(project));
  yield* objectGuesses(project);
  yield* frontEndGuesses(project);
  yield* listOf(await functionGuess(project));
  yield* listOf(await projectScript(project));
  yield* listOf(await plainScript(project));
}

const listOf = (guess: Guess | undefined): readonly Guess[] => (guess === undefined ? [] : [guess]);

/**
 * Returns the first candidate for the start of the app that can be started, and the obstacles of
 * all candidates before it.
 */
export async function firstGuess(project: Project): Promise<{
  readonly start: Start | undefined;
  readonly obstacles: readonly Obstacle[];
}> {
  const obstacles: Obstacle[] = [];
  for await (const guess of guesses(project)) {
    if ("start" in guess) return { start: guess.start, obstacles };
    obstacles.push(guess);
  }
  return { start: undefined, obstacles };
}

/** Objects of the app's modules that servers can serve, each with the server for it. */
async function* objectGuesses(project: Project): AsyncGenerator<Guess> {
  const named = await fastapiEntrypoint(project);
  if (named !== undefined) yield serve(named, project, "entrypoint of tool.fastapi in pyproject.toml");
  for (const file of (await candidates(project)).filter(isImportable)) {
    const served = await findServed(project.modules, file);
    // that of Django has been looked at with its project
    if (served !== undefined && served.framework !== "Django") yield serve(served, project);
  }
}

/** `entrypoint = "shop.main:app"`, for the program `fastapi`. */
async function fastapiEntrypoint({ pyproject, modules }: Project): Promise<ServedObject | undefined> {
  const entry = stringOf(tableOf(tableOf(pyproject["tool"])["fastapi"])["entrypoint"]) ?? "";
  const [, module, name] = /^([\w.]+):(\w+)$/.exec(entry) ?? [];
  const file = await modules.find(module ?? "");
  return file === undefined ? undefined : servedAs(modules, file, name ?? "");
}

const usual = ["main.py", "app.py", "server.py", "run.py", "bot.py", "__main__.py"];
/** A file to run directly: one with a usual name, an executable package, or the only file. */
async function plainScript(project: Project): Promise<Guess | undefined> {
  const { modules, dir } = project;
  const root = (await candidates(project)).filter((name) => !name.includes("/"));
  for (const file of usual) {
    const facts = await modules.file(file);
    if (facts?.hasMain || facts?.acts) return { start: scriptStart(file, dir) };
  }
  const runnable = await runnablePackage(project);
  if (runnable !== undefined) return { start: { ...scriptStart(runnable, dir), line: `python -m ${runnable}` } };
  const scripts = [];
  for (const file of root) if ((await modules.file(file))?.hasMain) scripts.push(file);
  return scripts.length === 1 && scripts[0] !== undefined ? { start: scriptStart(scripts[0], dir) } : undefined;
}

/** A package with `__main__.py`, which `python -m` runs: that of the project's name. In `src` it is found only if it is installed. */
async function runnablePackage({ modules, pyproject, isInstalled }: Project): Promise<string | undefined> {
  const name = nameOf(pyproject)?.replaceAll("-", "_");
  if (name === undefined) return undefined;
  const files = [`${name}/__main__.py`, ...(isInstalled ? [`src/${name}/__main__.py`] : [])];
  for (const file of files) if ((await modules.file(file)) !== undefined) return name;
  return undefined;
}

/** Only the file itself determines the port on which it listens, if it does. */
const scriptStart = (file: string, dir: string): Start => ({
  line: `python ${quotedFile(file)}`,
  source: `${inDir(dir, file)} (nothing else was found)`,
  dir,
  otherwise:
    "the file must listen on 0.0.0.0 and the port in PORT; to start something else, write the command after web: in a Procfile, or set BP_LAUNCHPOINT to another file",
});

/** Names of programs that serve an app. */
const usualPrograms = ["web", "start", "serve", "server", "app", "api", "run"];

/**
 * Chooses the program to start among those that the project defines: one with a common name or the
 * project's name, or else the only program.
 */
async function projectScript({ pyproject, installed, dir }: Project): Promise<Guess | undefined> {
  const scripts = scriptsOf(pyproject).filter((name) => !["worker", "release"].includes(name));
  const own = nameOf(pyproject);
  const name =
    [...usualPrograms, own ?? ""].find((each) => scripts.includes(each)) ??
    (scripts.length === 1 ? scripts[0] : undefined);
  if (name === undefined || !/^[\w.-]+$/.test(name)) return undefined;
  if (installed.program(name))
    return {
      start: {
        line: name,
        source: `the script ${name} of pyproject.toml`,
        dir,
        otherwise: "to start something else, write the command after web: in a Procfile, or set BP_PYTHON_START",
      },
    };
  return {
    obstacle: `pyproject.toml has the script ${name}, but the project is not installed as a package, so this program does not exist`,
    hint: "Add a [build-system] to pyproject.toml, so that the project is installed, or write a command after web: in a Procfile.",
  };
}
