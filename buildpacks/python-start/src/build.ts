import { logProcess } from "@libcnb/app-kit/start/log-process";
import { makeWritable } from "@libcnb/app-kit/start/writable-paths";
import type { BuildContext, BuildResult, Logger } from "libcnb";
import { warningsOf } from "./checked.ts";
import { collectStatic } from "./django/collect-static.ts";
import { provideStart } from "./own-layer.ts";
import { ownWrites } from "./own-writes.ts";
import { processesOf } from "./processes.ts";
import { type Project, readProject } from "./project.ts";
import type { Settings } from "./settings.ts";
import type { Starts } from "./start.ts";
import { findStarts } from "./starts.ts";

/** Chooses the processes, and creates the files they need: Django's static files. */
export async function build(context: BuildContext<Settings>): Promise<BuildResult> {
  const { app, layers, log } = context;
  const project = await readProject(context);
  const starts = await findStarts(project);
  await logStarts(starts, project, log);
  for (const warning of await ownWrites(project)) log.warn(warning);
  const collected = await collectStatic(project, context);
  await makeWritable(app, context.config.BP_WRITABLE_PATHS, log);
  await provideStart(layers, starts);
  return { processes: processesOf(starts, app), slices: collected === undefined ? [] : [[collected]] };
}

async function logStarts(starts: Starts, project: Project, log: Logger): Promise<void> {
  for (const warning of project.procfile?.warnings ?? []) log.warn(warning);
  for (const [type, start] of Object.entries(starts)) {
    const warnings = [...(start.warnings ?? []), ...(await warningsOf(type, start, project))];
    logProcess({ type, ...start }, log);
    for (const warning of warnings) log.warn(warning);
  }
  if (Object.keys(starts).length === 0) log.info("The image has no process: BP_PYTHON_START is none");
}
