import { existsSync, readFileSync } from "node:fs";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import type { s } from "libcnb";
import type { Package, Project } from "../package-manager.ts";
import { licenseOf } from "../sbom/license.ts";
import { type DiskGraph, diskGraph } from "./disk-graph.ts";
import { type LockedPackage, lockedPackages } from "./locked.ts";

/**
 * Returns the installed packages, including the app and its workspaces. The digests and URLs of the
 * packages' archives come from the lockfile.
 */
export function packagesOf(project: Project): readonly Package[] {
  const graph = diskGraph(project);
  const file = project.app.path(inDir(project.dirs.root, "yarn.lock"));
  const locked = lockedPackages(existsSync(file) ? readFileSync(file, "utf8") : "");
  return [...graph.scopes].map(([folder, scope]) => {
    const { name, version, license } = identity(folder, graph);
    const { integrity, source }: LockedPackage = locked.get(`${name}@${version}`) ?? {};
    const isForeign = folder.includes("node_modules/");
    const ownRole = folder === "" ? "app" : "workspace";
    return {
      name,
      version,
      ...defined({
        role: isForeign ? undefined : ownRole,
        license: isForeign ? license : undefined,
        integrity,
      }),
      scope,
      dependencies: dependenciesOf(folder, graph),
      ...defined({ source }),
    };
  });
}

const dependenciesOf = (folder: string, graph: DiskGraph): readonly string[] => {
  const found = graph.edges(folder).map(({ to }) => identity(to, graph));
  return [...new Set(found.map(({ name, version }) => `${name}@${version}`))].toSorted();
};

function identity(folder: string, { manifests }: DiskGraph) {
  const manifest = manifests.get(folder) ?? {};
  const fallback = folder === "" ? "app" : (folder.split("node_modules/").at(-1) ?? folder);
  return {
    name: textIn(manifest, "name") ?? fallback,
    version: textIn(manifest, "version") ?? "",
    license: licenseOf(manifest),
  };
}

const textIn = (manifest: s.Table, field: string): string | undefined => {
  const value = manifest[field];
  return typeof value === "string" && value !== "" ? value : undefined;
};
