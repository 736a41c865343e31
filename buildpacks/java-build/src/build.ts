import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildResult } from "libcnb";
import { provideApplication } from "./application/provide.ts";
import { includedFiles, replaceSource } from "./application/replace.ts";
import type { Context } from "./config.ts";
import { packagesSbom } from "./sbom/components.ts";
import { readTask, type Task } from "./task.ts";

/** Builds an app from its source, and replaces the source by the built artifact. */
export async function build(context: Context): Promise<BuildResult> {
  const { app, config, log } = context;
  // in no layer: there are credentials in it
  const workDir = await mkdtemp(join(tmpdir(), "java-build-"));
  try {
    const task = await readTask(context);
    logTool(context, task);
    const { dir, packages } = await provideApplication(context, task, workDir);
    const included = includedFiles(config);
    const kept = replaceSource(app.dir, task.project.dir, dir, included);
    if (kept > 0 && included.include.length > 0) log.info(`Number of source files in the image: ${kept}`);
    return { sbom: packages === undefined ? {} : packagesSbom(packages) };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Logs the tool, the descriptors of other tools that are ignored, and the warnings about the project. */
function logTool({ log }: Context, { adapter, choice, project, tool }: Task): void {
  log.step(`${adapter.title} ${tool.version} (${tool.source})`);
  for (const loser of choice.losers) log.info(loser);
  for (const warning of project.warnings) log.warn(warning);
}
