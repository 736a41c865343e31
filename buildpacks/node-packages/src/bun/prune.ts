import { existsSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../package-manager.ts";
import { removeDeadLinks, removeWithEmptyParents } from "../yarn/remove.ts";
import { type InstalledPackage, launched, reachable } from "./tree.ts";

/**
 * Removes packages that the image does not need. Bun's own commands can only do this in an empty
 * directory and with its downloads available.
 */
export function pruneTo(project: Project, tree: ReadonlyMap<string, InstalledPackage>): void {
  const { app, dirs, manifests } = project;
  const needed = reachable(launched(project), tree, ["runtime", "optional"]);
  const modules = Object.keys(manifests).map((dir) =>
    join(realpathSync(app.dir), inDir(dirs.root, dir), "node_modules"),
  );
  for (const dir of modules) removeOthers(dir, needed);
  for (const dir of modules) removeDeadLinks(dir);
}

/**
 * Removes the packages of a directory that nothing needs, including those in nested directories and
 * in Bun's store.
 */
function removeOthers(modules: string, needed: ReadonlySet<string>): void {
  for (const { path, isLink } of packagesIn(modules)) {
    if (!needed.has(isLink ? targetOf(path) : path)) removeWithEmptyParents(path);
    else if (!isLink) removeOthers(join(path, "node_modules"), needed);
  }
  for (const entry of entriesOf(join(modules, ".bun"))) {
    const own = join(modules, ".bun", entry.name);
    if (entry.name === "node_modules") removeOthers(own, needed);
    else if (isUnneeded(join(own, "node_modules"), needed)) rmSync(own, { recursive: true });
    else removeDeadLinks(join(own, "node_modules"));
  }
}

/** Each directory of the store holds one package, and links to those that it needs. */
const isUnneeded = (modules: string, needed: ReadonlySet<string>): boolean =>
  packagesIn(modules).every(({ path, isLink }) => isLink || !needed.has(path));

/** Empty for a link that leads nowhere, as its package is removed already. */
const targetOf = (link: string): string => (existsSync(link) ? realpathSync(link) : "");

interface Entry {
  readonly path: string;
  readonly isLink: boolean;
}

function packagesIn(modules: string): readonly Entry[] {
  return entriesOf(modules).flatMap((entry) => {
    const path = join(modules, entry.name);
    if (entry.name.startsWith(".")) return [];
    return entry.name.startsWith("@") ? packagesIn(path) : [{ path, isLink: entry.isSymbolicLink() }];
  });
}

function entriesOf(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return []; // not every package has a directory for others
  }
}
