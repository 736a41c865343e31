import { rm, writeFile } from "node:fs/promises";
import type { Logger } from "libcnb";
import type { Context } from "./config.ts";
import { install, startWork } from "./install.ts";
import type { Package, Project, Work } from "./package-manager.ts";
import { runScript } from "./scripts/run.ts";
import type { Task } from "./task.ts";

/** What a build made of an app, besides its files. */
export interface Made {
  /** All that the app is built and runs with. */
  readonly packages: readonly Package[];
  /** Patterns of what was installed. */
  readonly slices: readonly (readonly string[])[];
}

/** Installs the dependencies, runs the scripts, and leaves what the app needs to run. */
export async function make(context: Context, task: Task): Promise<Made> {
  const { manager, scripts } = task;
  const started = await startWork(context, task);
  const { work } = started;
  await install(context, task, started);
  const installed = await manager.installed(work);
  const packages = await manager.packages(work);
  for (const script of scripts) await runScript(manager, work, script);
  await removeCredentials(work);
  if (!context.config.BP_NODE_KEEP_DEV_DEPENDENCIES) await manager.prune(work);
  await removeToolCaches(context, installed);
  return { packages, slices: [installed.map(asPattern)] };
}

/** Tells how many packages the image has. */
export function tellPackages(log: Logger, { packages }: Made): void {
  const count = packages.filter(({ scope, role }) => scope !== "development" && role === undefined).length;
  log.info(`Packages for launch: ${count}; those for development are removed`);
}

/** Rewrites files of the app without credentials, and says so. */
async function removeCredentials({ project, log }: Work): Promise<void> {
  for (const [path, text] of Object.entries(project.withoutCredentials)) {
    log.warn(`The credentials in ${path} are left out of the image`);
    await writeFile(project.app.path(path), text);
  }
}

/** Caches that tools keep in `node_modules` while they build; none is needed to run. */
async function removeToolCaches({ app }: Pick<Project, "app">, installed: readonly string[]): Promise<void> {
  for (const dir of installed.filter((path) => /(^|\/)node_modules$/.test(path)))
    for (const name of toolCaches) await rm(app.path(dir, name), { recursive: true, force: true });
}

const toolCaches: readonly string[] = [".cache", ".vite", ".vitest", ".turbo"];

/** A folder's name is no pattern. */
const asPattern = (path: string): string => path.replace(/[\\*?[\]]/g, "\\$&");
