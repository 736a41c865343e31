import { defined } from "@libcnb/app-kit/defined";
import { procfileStart } from "./procfile.ts";
import { procfileSources } from "./project.ts";
import type { Project } from "./project-facts.ts";
import { scriptStart } from "./script-start.ts";
import type { Start } from "./start.ts";
import { type Phase, webStart } from "./web-start.ts";

/** The start settings of each process, by type. */
export type Starts = Readonly<Record<string, Start>>;

/** Scripts of package.json that are processes unless the user says otherwise. */
const usualScripts = ["worker", "release"];

/**
 * Determines all processes of an app. Processes in a Procfile take precedence over detected ones.
 */
export async function findStarts(project: Project, phase: Phase): Promise<Starts> {
  const { procfile } = project;
  const commands = Object.entries(procfile?.commands ?? {}).filter(([type]) => type !== "web");
  const web = await webStart(project, phase);
  return {
    ...defined({ web }),
    ...scriptProcesses(project),
    ...Object.fromEntries(commands.map(([type, line]) => [type, procfileStart(type, line, procfileSources(project))])),
  };
}

/**
 * A script `release` often publishes a package, with tools that are not in the image: without being named it is a process
 * only if it is plainly a command.
 */
function scriptProcesses({ scripts, settings, isPlugAndPlay, built, dirs: { dir } }: Project): Starts {
  const named = settings.BP_NODE_PROCESS_SCRIPTS;
  const types = (named ?? usualScripts).filter((type) => type !== "web" && scripts[type]?.trim());
  const starts = types.map((type) => [type, scriptStart(type, { scripts, dir, isPlugAndPlay, built })] as const);
  return Object.fromEntries(
    starts.filter(([type, { kind }]) => named !== undefined || type !== "release" || kind === "program"),
  );
}

/**
 * True if the image needs Node.js. That is the case unless another buildpack serves the site of
 * each process.
 */
export const needsNode = (starts: Starts): boolean => Object.values(starts).some(({ kind }) => kind !== "elsewhere");
