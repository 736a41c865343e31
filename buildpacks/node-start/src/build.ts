import { inDir } from "@libcnb/app-kit/folders";
import { makeWritable } from "@libcnb/app-kit/start/writable-paths";
import { type BuildContext, type BuildResult, type Logger, type Process, UserError } from "libcnb";
import { logProcess } from "libcnb/kit";
import { checkedStarts } from "./checked-starts.ts";
import { leaveOutput } from "./outputs/leave-output.ts";
import { nothingToStart } from "./outputs/nothing-to-start.ts";
import { provideOwnFiles } from "./outputs/own-layers.ts";
import { managerOf } from "./plan.ts";
import { processesOf } from "./processes.ts";
import { type Project, readProject } from "./project.ts";
import type { Start } from "./start.ts";
import { findStarts, type Starts } from "./starts.ts";

/** Determines the processes, and ensures that the image contains the files that they need. */
export async function build(context: BuildContext<Project["settings"]>): Promise<BuildResult> {
  const { app, config, log } = context;
  const project = await readProject(context);
  const found = await findStarts(project, "build");
  if (Object.keys(found).length === 0)
    throw new UserError("NODE_START_MISSING", await nothingToStart(project, "build"), {
      hint: "Check that the build script writes the file that starts the app, or set BP_LAUNCHPOINT to the file to start, such as dist/index.js.",
    });
  const starts = await checkedStarts(found, project, log);
  const manager = await managerOf(project, starts);
  const own = await provideOwnFiles(context, starts, project, manager);
  const processes = processesOf(starts, project, manager, own);
  logStart(starts, processes, project, log);
  await leaveOutput(starts, project, log);
  await makeWritable(app, config.BP_WRITABLE_PATHS, log);
  return { processes, slices: await slicesOf(starts, project) };
}

/** Logs how each process starts, why, and how to change it. */
function logStart(starts: Starts, processes: Readonly<Record<string, Process>>, project: Project, log: Logger): void {
  for (const warning of [...(project.procfile?.warnings ?? []), ...unknownScripts(project)]) log.warn(warning);
  for (const [type, start] of Object.entries(starts)) {
    const command = processes[type]?.command;
    if (command === undefined) logOtherSource(type, start, log);
    else {
      const line = start.kind === "shell" ? start.line : command.join(" ");
      logProcess({ type, line, source: reasonOf(start), env: start.env, otherwise: otherwise(type) }, log);
      if (isTypeScript(command)) log.info("Node.js runs TypeScript with erasable syntax since 22.18");
    }
  }
}

function logOtherSource(type: string, { source }: Start, log: Logger): void {
  log.step(`Another buildpack starts the process ${type}`);
  log.info(`BP_NODE_STATIC is false, and ${source} is a static site`);
}

const reasonOf = ({ source, kind }: Start): string =>
  kind === "script" ? `${source}, which only the package manager can run` : source;
const otherwise = (type: string): string | undefined =>
  type === "web" ? "to start another file, set BP_LAUNCHPOINT to it" : undefined;
const isTypeScript = ([program, ...words]: Process["command"]): boolean =>
  program === "node" && words.some((word) => /\.[cm]?ts$/.test(word));
const unknownScripts = ({ settings, scripts }: Project): readonly string[] =>
  (settings.BP_NODE_PROCESS_SCRIPTS ?? [])
    .filter((name) => name !== "none" && !Object.hasOwn(scripts, name))
    .map((name) => `BP_NODE_PROCESS_SCRIPTS names ${name}, which package.json does not define`);

/**
 * Directories whose file names contain a digest of the content. Most of these files do not change
 * when the app changes.
 */
const assets = ["assets", "_astro", "_nuxt", "_next/static", "_app/immutable", "static"];
/** The slices of the app, so that a code change affects little else. Directories include their content. */
async function slicesOf({ web }: Starts, { app, dirs }: Project): Promise<readonly (readonly string[])[]> {
  if (web === undefined || web.kind === "elsewhere") return [];
  const own = web.output?.slices ?? [];
  const folders = web.kind === "static" ? [...own, ...assets.map((name) => inDir(web.root, name))] : own;
  const paths = [...new Set(folders)].map((folder) => inDir(dirs.dir, folder));
  const found = await Promise.all(paths.map((path) => app.exists(path)));
  return paths.filter((_, index) => found[index]).map((path) => [path]);
}
