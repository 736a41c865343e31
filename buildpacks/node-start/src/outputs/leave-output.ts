import { cp, lstat, readdir, readlink, realpath, rm } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { Logger } from "libcnb";
import type { Project } from "../project.ts";
import type { Starts } from "../starts.ts";

/**
 * Copies the files that a framework's server needs into the directory of the framework's output,
 * and removes files that the app does not need after the build.
 */
export async function leaveOutput(starts: Starts, project: Project, log: Logger): Promise<void> {
  const { app, dirs, settings } = project;
  const { web, ...others } = starts;
  const path = (name: string) => app.path(inDir(dirs.dir, name));
  for (const [from, to] of web?.output?.copies ?? []) await copyInto(path(from), path(to));
  const alone = web?.kind === "elsewhere" ? undefined : web?.output?.alone?.map((name) => inDir(dirs.dir, name));
  if (alone === undefined) return;
  const reason = settings.BP_NODE_KEEP_SOURCE
    ? "BP_NODE_KEEP_SOURCE"
    : await reasonToKeep(app.dir, alone, Object.keys(others));
  if (reason !== undefined) return log.info(`Sources and packages stay in the image because of ${reason}`);
  await removeOthers(app.dir, "", alone);
  log.info(
    `The image contains only ${alone.join(", ")} of the app, which is all that the app needs; to keep the rest, set BP_NODE_KEEP_SOURCE=true`,
  );
}

async function copyInto(from: string, to: string): Promise<void> {
  const exists = await lstat(from).catch(() => undefined);
  if (exists?.isDirectory()) await cp(from, to, { recursive: true, verbatimSymlinks: true });
}

async function reasonToKeep(
  app: string,
  alone: readonly string[],
  others: readonly string[],
): Promise<string | undefined> {
  if (others.length > 0) return `the process ${others.join(", ")}`;
  for (const folder of alone) {
    const link = await linkOut(join(app, folder));
    if (link !== undefined) return `the symbolic link ${relative(app, link)}, which points outside of ${folder}`;
  }
  return undefined;
}

/** A symbolic link that leads out of the directory that it is in. */
async function linkOut(folder: string): Promise<string | undefined> {
  const inside = await realpath(folder);
  const entries = await readdir(inside, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isSymbolicLink())) {
    const link = join(entry.parentPath, entry.name);
    if (!resolve(entry.parentPath, await readlink(link)).startsWith(inside + sep)) return link;
  }
  return undefined;
}

/** Removes what is neither in a directory of `kept` nor one above it. */
async function removeOthers(app: string, dir: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(join(app, dir))) {
    const path = inDir(dir, name);
    if (kept.includes(path)) continue;
    if (kept.some((each) => each.startsWith(`${path}/`))) await removeOthers(app, path, kept);
    else await rm(join(app, path), { recursive: true, force: true });
  }
}
