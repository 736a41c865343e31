import { join } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../package-manager.ts";
import { removeDeadLinks, removeWithEmptyParents } from "../yarn/remove.ts";
import { diskGraph } from "./disk-graph.ts";

/**
 * Removes development packages from `node_modules`: those that `yarn install --production` omits.
 * Other packages stay in place, while Yarn moves some to the place of a removed one.
 */
export function pruneClassic(project: Project): void {
  const { app, dirs, manifests } = project;
  const root = app.path(dirs.root);
  const development = [...diskGraph(project).scopes].filter(([, scope]) => scope === "development");
  // a workspace's folder is the app's own
  const folders = development.map(([folder]) => folder).filter((folder) => folder.includes("node_modules/"));
  for (const folder of folders) removeWithEmptyParents(join(root, folder));
  for (const dir of Object.keys(manifests)) removeDeadLinks(app.path(inDir(inDir(dirs.root, dir), "node_modules")));
}
