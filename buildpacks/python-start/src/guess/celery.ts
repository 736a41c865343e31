import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../project.ts";
import { importLocation, type Modules } from "../scan/modules.ts";
import { isImportable, type Starts } from "../start.ts";
import { candidates } from "./candidates.ts";

/**
 * Determines the start of a process `worker` for Celery tasks, if Celery is installed and the app
 * creates an instance of Celery.
 */
export async function celeryWorker(project: Project): Promise<Starts> {
  const { installed, modules, dir, isInstalled } = project;
  if (!installed.program("celery")) return {};
  for (const file of [
    "celery.py",
    "tasks.py",
    "worker.py",
    "celery_app.py",
    ...(await withCelery((await candidates(project)).filter(isImportable))),
  ]) {
    const name = await celeryIn(file, modules);
    if (name === undefined) continue;
    const location = await importLocation(file, modules, isInstalled);
    return {
      worker: {
        line: `celery --app ${location.module}:${name} worker --loglevel INFO`,
        source: `${name} in ${inDir(dir, file)}, an app of Celery`,
        dir: inDir(dir, location.dir),
        otherwise: "to start something else, write the command after worker: in a Procfile",
      },
    };
  }
  return {};
}

/** Packages have it in a module of its own; that of the whole is looked at last. */
const withCelery = (files: readonly string[]): readonly string[] => {
  const folders = [...new Set(files.map((file) => file.replace(/[^/]*$/, "")))].filter((folder) => folder !== "");
  return [
    ...folders.flatMap((folder) =>
      ["celery.py", "celery_app.py", "tasks.py", "worker.py"].map((name) => `${folder}${name}`),
    ),
    ...files,
  ];
};

async function celeryIn(file: string, modules: Modules): Promise<string | undefined> {
  const facts = await modules.file(file);
  const fromCelery = (callee: string) =>
    callee === "celery.Celery" || (callee === "Celery" && facts?.imports.includes("celery.Celery"));
  return [...(facts?.names ?? [])].find(([, value]) => value.kind === "call" && fromCelery(value.callee))?.[0];
}
