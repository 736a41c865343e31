import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { App, Logger } from "libcnb";
import { type Entry, listTree } from "./keep/listing.ts";

/** Removes the installed packages, which an app in another language does not need at run time. */
export async function removeInstalled(app: App, installed: readonly string[], log: Logger): Promise<void> {
  for (const path of installed) await rm(app.path(path), { recursive: true, force: true });
  if (installed.length > 0) log.info(`Left out of the image: ${installed.join(", ")}`);
}

/**
 * The file of the app that reads `node_modules` after the scripts have run, such as Django's
 * settings, from which `collectstatic` copies. `undefined` if there is none.
 */
export async function userOfModules(app: App): Promise<string | undefined> {
  const sources = listTree(app.dir).filter(mayUseModules).slice(0, mostSources);
  return sources.find(({ path }) => readFileSync(app.path(path), "latin1").includes("node_modules"))?.path;
}

// settings are small and there are few; generated sources are neither
const mostSources = 2000;
const largestSource = 256 * 1024;

/** Sources of apps in Python, and what Maven and Gradle build by. */
const mayUseModules = (entry: Entry): boolean =>
  entry.kind === "file" &&
  entry.size <= largestSource &&
  /(?:\.py|(?:^|\/)pom\.xml|\.gradle(?:\.kts)?)$/.test(entry.path) &&
  !/(?:^|\/)(?:node_modules|\.[^/]+|venv|site-packages)\//.test(entry.path);
