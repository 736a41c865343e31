import { makeWritable } from "@libcnb/app-kit/start/writable-paths";
import { type BuildContext, type BuildResult, UserError } from "libcnb";
import { checkedStarts } from "./checked-starts.ts";
import { logStart } from "./log-start.ts";
import { leaveOutput } from "./outputs/leave-output.ts";
import { nothingToStart } from "./outputs/nothing-to-start.ts";
import { provideOwnFiles } from "./outputs/own-layers.ts";
import { slicesOf } from "./outputs/slices.ts";
import { managerOf } from "./plan.ts";
import { processesOf } from "./processes.ts";
import { readProject } from "./project.ts";
import type { Project } from "./project-facts.ts";
import { findStarts } from "./starts.ts";

/** Chooses the processes, and keeps the files they need in the image. */
export async function build(context: BuildContext<Project["settings"]>): Promise<BuildResult> {
  const { app, config, log } = context;
  const project = await readProject(context);
  const found = await findStarts(project, "build");
  if (Object.keys(found).length === 0)
    throw new UserError("NODE_START_MISSING", await nothingToStart(project, "build"), {
      hint: "Check that the build script writes the file.",
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
