import { makeWritable } from "@libcnb/app-kit/start/writable-paths";
import {
  type BuildContext,
  type BuildResult,
  defaultTo,
  type Layers,
  type Logger,
  launchLayer,
  override,
  s,
} from "libcnb";
import { digestOfText, logProcess, withSignalsScript, writeWithSignals } from "libcnb/kit";
import { warningsOf } from "./checked.ts";
import { collectStatic } from "./django/collect-static.ts";
import { ownWrites } from "./own-writes.ts";
import { processEnvs, processesOf } from "./processes.ts";
import { type Project, readProject } from "./project.ts";
import type { Settings } from "./settings.ts";
import type { Starts } from "./start.ts";
import { findStarts } from "./starts.ts";

/**
 * Determines the processes of the image, and collects the static files that the processes of a
 * Django project need.
 */
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

const startLayer = launchLayer("start", { metadata: s.table({ digest: s.string }) });
/**
 * Adds the files that processes need to the image: the signal forwarder, their variables, and a
 * default port.
 */
async function provideStart(layers: Layers, starts: Starts): Promise<void> {
  const process = Object.entries(processEnvs(starts)).map(([type, env]) => [
    type,
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, override(value)])),
  ]);
  await layers.provide(startLayer, {
    metadata: { digest: digestOfText(withSignalsScript) },
    create: ({ path }) => writeWithSignals(path),
    env: () => ({ launch: { PORT: defaultTo("8080") }, process: Object.fromEntries(process) }),
  });
}
