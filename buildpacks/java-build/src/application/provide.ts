import { existsSync } from "node:fs";
import { override } from "libcnb";
import type { Context } from "../config.ts";
import { provideCache } from "../keep/cache.ts";
import type { Package } from "../sbom/package.ts";
import type { Task } from "../task.ts";
import { applicationKeyOf, whyBuilt } from "./key.ts";
import { applicationLayer, sbomRequestLayer } from "./layers.ts";
import { makeApplication } from "./make.ts";
import { contentsIn, readNotes } from "./notes.ts";
import { sourceDigests } from "./source.ts";

/** The artifact of this or an earlier build. */
export interface Application {
  /** An absolute path: all in it is to be in the app's folder. */
  readonly dir: string;
  readonly packages: readonly Package[] | undefined;
}

/** Builds the app, or reuses the last build's artifact of the same source. */
export async function provideApplication(context: Context, task: Task, workDir: string): Promise<Application> {
  const { app, config, layers, log, target } = context;
  const { adapter, project, tool } = task;
  const cache = await provideCache(context, adapter.title);
  const source = await sourceDigests(app, project.outputs);
  const { path, state } = await layers.provide(applicationLayer, {
    metadata: applicationKeyOf(project, { title: adapter.title, tool, source, target }),
    quiet: true,
    reject: ({ path }) =>
      config.BP_JAVA_ALWAYS_BUILD ? "BP_JAVA_ALWAYS_BUILD asks for it" : (project.mustBuild ?? staleness(path)),
    async create({ path, reason }) {
      log.step(`Building with ${adapter.title} (${whyBuilt(reason)})`);
      await makeApplication(context, task, { path, workDir, cache });
    },
  });
  const notes = readNotes(path);
  if (state === "restored")
    log.step(`Keeping what the last build made: nothing that decides about ${notes?.artifact} has changed`);
  const packages = config.BP_DISABLE_SBOM ? undefined : notes?.packages;
  if (packages !== undefined)
    await layers.provide(sbomRequestLayer, { create() {}, env: () => ({ build: sbomRequest }) });
  return { dir: contentsIn(path), packages };
}

/** What starts the app lists the jars itself where no tool told what it was built of. */
const sbomRequest = { BPI_JVM_APPLICATION_SBOM: override("true") };

/** Why what an earlier build made is not good enough although its source is the same. */
function staleness(path: string): string | undefined {
  const notes = readNotes(path);
  if (notes === undefined || !existsSync(contentsIn(path))) return "what the last build made is not whole";
  const [changing] = notes.changing;
  return changing === undefined ? undefined : `${changing} is a snapshot, of which there may be a newer one`;
}
