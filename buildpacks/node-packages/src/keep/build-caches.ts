import { rmSync } from "node:fs";
import type { ProjectDirs } from "@libcnb/node-app";
import type { App, Logger } from "libcnb";
import type { Context } from "../contract.ts";
import { buildCaches } from "../layers.ts";
import type { Task } from "../task.ts";
import { type Entry, entryAt, listTree } from "./listing.ts";
import { isIntact, unpack, writePack } from "./pack.ts";

/** Loads and saves the caches of build tools, before and after scripts run. */
export interface BuildCaches {
  /** Restores the caches of the last build into the app. */
  load(): void;
  /**
   * Saves the caches for the next build. They are removed from the app, unless users want them in
   * the image.
   */
  save(): void;
}

/** Directories of an app in which build tools keep what helps only them: Next.js, webpack's loaders, Angular, Parcel, Turborepo, Nx, Astro. */
const folders: readonly string[] = [
  ".next/cache",
  "node_modules/.cache",
  "node_modules/.vite",
  "node_modules/.astro",
  ".angular/cache",
  ".parcel-cache",
  ".turbo",
  ".nx/cache",
];

/** Provides the layer with the caches of build tools, and the functions that load and save them. */
export async function provideBuildCaches(context: Context, task: Task): Promise<BuildCaches> {
  const { app, config, log } = context;
  const kept = await keepBuildCaches(context, task);
  const paths = pathsIn(task.dirs);
  return {
    load() {
      if (isIntact(kept)) unpack(kept, app.dir);
    },
    save() {
      saveCaches(app, paths, kept, log);
      if (!config.BP_KEEP_NODE_BUILD_CACHE)
        for (const path of paths) rmSync(app.path(path), { recursive: true, force: true });
    },
  };
}

/** Keeps the caches of build tools for the next build. Returns the directory of their layer. */
export async function keepBuildCaches({ layers }: Context, { dirs, node }: Task): Promise<string> {
  const metadata = { node: node.split(".")[0] ?? node, project: dirs.dir };
  const { path } = await layers.provide(buildCaches, { metadata, quiet: true, create() {} });
  return path;
}

const pathsIn = ({ dir, root }: ProjectDirs): readonly string[] =>
  [...new Set([root, dir])].flatMap((base) => folders.map((folder) => (base === "" ? folder : `${base}/${folder}`)));

function saveCaches(app: App, paths: readonly string[], to: string, log: Logger): void {
  const present = paths.filter((path) => entryAt(app.dir, path).kind === "directory");
  const entries = present.flatMap((path) => [...parentsOf(path), entryAt(app.dir, path), ...listTree(app.dir, path)]);
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.size : 0), 0);
  const isKept = bytes <= mostBytes && entries.every(({ kind }) => kind !== "other");
  if (present.length > 0)
    log.info(`${isKept ? "Caching" : "Too large to cache:"} files of build tools: ${present.join(", ")}`);
  writePack(app.dir, isKept ? entries : [], to, isKept ? present : []);
}

/** Some grow with each build, and restoring takes its time, too. */
const mostBytes = 500_000_000;

/** Directories above, which an app that was not built yet may not have. */
const parentsOf = (path: string): readonly Entry[] =>
  path.split("/").flatMap((_, index, names) => {
    const above = names.slice(0, index).join("/");
    return above === "" ? [] : [{ kind: "directory", path: above, mode: 0o755 } as const];
  });
