import { asPattern, largeFolders } from "@libcnb/app-kit/keep/large-folders";
import type { ProjectDirs } from "@libcnb/node-app";
import type { App } from "libcnb";
import { listTree } from "./keep/listing.ts";

/**
 * What belongs together in layers of the image, so that a change moves no more than it must: what was installed, and each
 * large folder of the app, such as pictures. Everything else is the layer that changes with each commit.
 */
export function slicesOf(app: App, dirs: ProjectDirs, installed: readonly string[]): readonly (readonly string[])[] {
  const folders = largeFolders(listTree(app.dir), [...new Set([dirs.root, dirs.dir])], installed);
  return [installed, ...folders.map((folder) => [folder])].map((paths) => paths.map(asPattern));
}
