import { asPattern, largeFolders } from "@libcnb/app-kit/keep/large-folders";
import type { ProjectDirs } from "@libcnb/node-app";
import type { App } from "libcnb";
import { listTree } from "./keep/listing.ts";

/**
 * The slices of the image: the installed packages, and each large directory of the app, such as
 * pictures. Everything else is in the layer that changes with each commit.
 */
export function slicesOf(app: App, dirs: ProjectDirs, installed: readonly string[]): readonly (readonly string[])[] {
  const folders = largeFolders(listTree(app.dir), [...new Set([dirs.root, dirs.dir])], installed);
  return [installed, ...folders.map((folder) => [folder])].map((paths) => paths.map(asPattern));
}
