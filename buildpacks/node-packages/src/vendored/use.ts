import { lstatSync } from "node:fs";
import { inDir } from "@libcnb/app-kit/folders";
import type { s } from "libcnb";
import { runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import { normalizeTree } from "../keep/installation.ts";
import { packagesOf } from "../npm/packages.ts";
import type { Package, PackageManager, Project, Work } from "../package-manager.ts";
import { licenseOf } from "../sbom/license.ts";
import { readTree, type Tree } from "./tree.ts";

/**
 * Returns a package manager for an app that contains its own `node_modules`. The returned package
 * manager installs and prunes nothing. It only creates the links in `.bin`, and runs the install
 * scripts again, which compile native modules for the image's Node.js.
 */
export function withVendored(manager: PackageManager): PackageManager {
  const { ready: _ready, launchEnv: _launchEnv, ...rest } = manager;
  const isPnpm = manager.name === "pnpm";
  return {
    ...rest,
    read: async (source) => ({ ...(await manager.read(source)), mustInstall: undefined }),
    install: (work) => rebuild(work, isPnpm ? "pnpm" : "npm"),
    // Yarn 2 and newer run no script of a project that they have not installed
    scriptCommand: manager.title === "Yarn" ? (name) => ["npm", "run", name] : manager.scriptCommand,
    installed: async ({ project }) => modulesFolders(project),
    async prune() {},
    packages: async (work) => (isPnpm ? manager.packages(work) : packagesInTree(work.project)),
  };
}

async function rebuild({ project, run, log }: Work, tool: "npm" | "pnpm"): Promise<void> {
  const { lockfile, dirs, manifests } = project;
  log.step("Rebuilding native modules for this Node.js");
  await runExplained(run, { command: [tool, "rebuild"], options: { cwd: dirs.root } }, (end) =>
    installFailure(tool, end, { lockfile, app: manifests[""]?.name }),
  );
  for (const folder of modulesFolders(project)) normalizeTree(project.app.path(folder));
}

/** Relative to the app. */
function modulesFolders({ app, dirs, manifests }: Project): readonly string[] {
  const folders = Object.keys(manifests).map((dir) => inDir(inDir(dirs.root, dir), "node_modules"));
  return folders.filter((folder) => lstatSync(app.path(folder), { throwIfNoEntry: false })?.isDirectory()).toSorted();
}

function packagesInTree({ app, dirs, manifests }: Project): readonly Package[] {
  return packagesOf(recordOf(readTree(app.path(dirs.root), Object.keys(manifests))), manifests);
}

/**
 * Converts a tree to the form of npm's hidden lockfile. It contains no digests, because the files
 * were not compared with those of a registry.
 */
const recordOf = (tree: Tree): s.Table => ({
  packages: Object.fromEntries([...tree].map(([path, { manifest, link }]) => [path, entryOf(manifest, link)])),
});

function entryOf(manifest: s.Table, link: string | undefined): s.Table {
  if (link !== undefined) return { link: true, resolved: link };
  const { name, version, dependencies, optionalDependencies, peerDependencies } = manifest;
  return {
    name,
    version: version ?? "",
    license: licenseOf(manifest),
    dependencies,
    optionalDependencies,
    peerDependencies,
  };
}
