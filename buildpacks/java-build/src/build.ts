import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildResult } from "libcnb";
import { provideApplication } from "./application/provide.ts";
import { includedFiles, replaceSource } from "./application/replace.ts";
import type { Context } from "./config.ts";
import { packagesSbom } from "./sbom/packages-sbom.ts";
import { readTask } from "./task.ts";

/** Builds an app, and replaces its source by the artifact. */
export async function build(context: Context): Promise<BuildResult> {
  const { app, config, log } = context;
  // in no layer: there are credentials in it
  const workDir = await mkdtemp(join(tmpdir(), "java-build-"));
  try {
    const task = await readTask(context);
    const { dir, packages } = await provideApplication(context, task, workDir);
    replaceSource(app.dir, task.project.dir, dir, includedFiles(config), log);
    return { sbom: packages === undefined ? {} : packagesSbom(packages) };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}
