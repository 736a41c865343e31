import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeWorld } from "../../e2e/reference/reference-world.ts";
import type { AppWorld } from "../../support/apps/app-cases.ts";
import { dockerfileApp, type Recipe } from "../../support/apps/dockerfile-app.ts";
import { execute, root } from "../../support/cnb.ts";
import { pythonRecipe } from "../../support/python/dockerfile.ts";
import { pythonToolEnv, unpackPython } from "../../support/python/runtime.ts";
import { makePythonBuilder, worldOf } from "../../support/python/world.ts";
import { type Figure, secondsOf } from "../figure.ts";
import { appTimes, type TimedApp } from "./app-times.ts";

/**
 * The parts of an app that are timed: the directory of its code, its own build, and the lines of
 * its Dockerfile for that.
 */
export interface PythonApp {
  readonly folder: string;
  readonly code: string;
  readonly steps: readonly string[];
  readonly start: readonly string[];
}

export const pythonApps = {
  "FastAPI app": {
    folder: "fastapi-service",
    code: "app/main.py",
    steps: [],
    start: ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"],
  },
  "Django app": {
    folder: "django-service",
    code: "pages/views.py",
    steps: ["manage.py", "collectstatic", "--noinput"],
    start: ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"],
  },
} satisfies Readonly<Record<string, PythonApp>>;

/** The Dockerfile of an app. */
export const recipeOf = ({ steps, start }: PythonApp): Recipe =>
  pythonRecipe(steps.length === 0 ? "" : `RUN python ${steps.join(" ")}\n`, start);

export const addRequirement = (app: string): Promise<void> =>
  appendFile(join(app, "requirements.txt"), "inflection==0.5.1\n");

export const addCode = (app: string, { code }: PythonApp): Promise<void> =>
  appendFile(join(app, code), "\nadded = 1\n");

export async function* pythonTimes(): AsyncGenerator<Figure> {
  for (const [name, app] of Object.entries(pythonApps)) {
    const dir = await mkdtemp(join(tmpdir(), "bench-python-"));
    try {
      await makeWorld(dir);
      await using world = await worldOf(await makePythonBuilder(dir));
      yield* appTimes(await timed(name, app, dir, world));
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
}

async function timed(name: string, python: PythonApp, dir: string, world: AppWorld) {
  const { folder, steps } = python;
  const app = join(dir, "source");
  await cp(join(root, "test/fixtures/apps", folder), app, { recursive: true });
  const own = steps.length === 0 ? 0 : await secondsOfSteps(dir, app, steps);
  return {
    name,
    dir,
    app,
    builder: "python-builder",
    flags: flagsOf(world),
    peer: await dockerfileApp(join(dir, "buildah"), app, `oci:${dir}/base-run`, recipeOf(python)),
    changes: [
      { name: "unchanged", make: async () => {}, own },
      { name: "code changed", make: (to) => addCode(to, python), own },
      { name: "dependency added", make: addRequirement },
    ],
  } satisfies TimedApp;
}

const flagsOf = ({ env, certificates }: AppWorld): readonly string[] => [
  ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
  ...certificates.flatMap((file) => ["--ca-cert", file]),
];

/** The time of the app's own steps with installed packages, on the same Python. */
async function secondsOfSteps(dir: string, app: string, steps: readonly string[]): Promise<number> {
  const python = join(dir, "python/bin/python3");
  await unpackPython(join(dir, "python"));
  await succeeds(python, ["-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"], app);
  await cp(app, join(dir, "steps"), { recursive: true });
  const run = () => succeeds(python, steps, join(dir, "steps"));
  return Math.min(await secondsOf(run), await secondsOf(run));
}

async function succeeds(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { exitCode, stderr } = await execute(command, args, { cwd, env: await pythonToolEnv() });
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}
