import { existsSync, readFileSync } from "node:fs";
import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import type { Package, Project } from "../package-manager.ts";
import { parseLockfile, textAt } from "../yarn/lockfile-text.ts";
import type { CacheDirectories } from "./cache.ts";
import { type Graph, graphOf, locatorOf, nameOf, physicalReference, workspaceDir } from "./graph.ts";
import { type InstallState, readModulesState, type StoredPackage } from "./install-state.ts";
import { type Licenses, licensesOf } from "./licenses.ts";

/** Returns the packages of an installation, including the app and its workspaces. */
export async function packagesOf(
  project: Project,
  locations: CacheDirectories,
  state: InstallState,
): Promise<readonly Package[]> {
  const graph = graphOf(state, project);
  const licenses = licensesOf(project, locations);
  const integrities = locations.linker === "pnp" ? await integritiesIn(project) : new Map<string, string>();
  const installed = readModulesState(project.app.path(project.dirs.root))?.map(({ locator }) => locator);
  const isInstalled = installed === undefined ? () => true : isIn(new Set(installed));
  const found = [...graph.packages.values()].filter((each) => isListed(each, graph, state) && isInstalled(each));
  return Promise.all(found.map((each) => packageOf(each, { project, graph, licenses, integrities })));
}

// linked directories belong to the app or to an unknown owner; packages for other systems are not installed
const isListed = (each: StoredPackage, { scopes }: Graph, { disabledLocators }: InstallState): boolean =>
  scopes.has(each.locatorHash) &&
  disabledLocators?.has(each.locatorHash) !== true &&
  (each.linkType.toLowerCase() === "hard" || workspaceDir(each) !== undefined);

// that linker leaves out packages that only other systems need; its data about the app is not used
const isIn =
  (installed: ReadonlySet<string>) =>
  (each: StoredPackage): boolean =>
    installed.has(locatorOf(each)) || workspaceDir(each) !== undefined;

interface Sources {
  readonly project: Project;
  readonly graph: Graph;
  readonly licenses: Licenses;
  readonly integrities: ReadonlyMap<string, string>;
}

async function packageOf(each: StoredPackage, { project, graph, licenses, integrities }: Sources): Promise<Package> {
  const dir = workspaceDir(each);
  const edges = graph.edges(each.locatorHash).flatMap(({ to }) => graph.packages.get(to) ?? []);
  const license = dir === undefined ? await licenses(each) : undefined;
  const integrity = integrities.get(`${nameOf(each)}@${physicalReference(each)}`);
  const source = sourceOf(physicalReference(each));
  return {
    name: nameIn(each, project),
    version: versionIn(each, project),
    ...defined({ role: dir === undefined ? undefined : roleOf(dir), license, integrity }),
    scope: graph.scopes.get(each.locatorHash) ?? "development",
    dependencies: [...new Set(edges.map((to) => `${nameIn(to, project)}@${versionIn(to, project)}`))].toSorted(),
    ...defined({ source }),
  };
}

const roleOf = (dir: string) => (dir === "" ? "app" : "workspace");

/** Yarn calls workspaces without a name after a digest of their directory. */
function nameIn(each: StoredPackage, { manifests }: Project): string {
  const dir = workspaceDir(each);
  if (dir === undefined) return nameOf(each);
  return manifests[dir]?.name ?? (dir === "" ? "app" : dir.slice(dir.lastIndexOf("/") + 1));
}

function versionIn(each: StoredPackage, { manifests }: Project): string {
  const dir = workspaceDir(each);
  return (dir === undefined ? each.version : manifests[dir]?.version) ?? "";
}

/** An address, if it is none of a registry, without the name and password of a user. */
function sourceOf(reference: string): string | undefined {
  const [, scheme = ""] = /^([a-z+]+):/.exec(reference) ?? [];
  if (!/git|ssh|^https?$/.test(scheme) && !/^(?:[^:]*\/)?[^:/@]*@[^:/]+:/.test(reference)) return undefined;
  return reference.replace(/^([a-z+]+:\/\/)[^/@]*@/, "$1");
}

/**
 * Digests of the archives by locator, as a subresource integrity. They belong to the zip files that
 * Yarn creates and PnP runs from, not to a registry's files, so they are only useful in an image
 * with these files.
 */
async function integritiesIn({ app, dirs }: Project): Promise<ReadonlyMap<string, string>> {
  const path = app.path(inDir(dirs.root, "yarn.lock"));
  const entries = existsSync(path) ? Object.values(parseLockfile(readFileSync(path, "utf8"))) : [];
  const found = entries.flatMap((entry) => {
    if (typeof entry === "string") return [];
    const [, hex = ""] = /^(?:[^/]*\/)?([0-9a-f]{128})$/.exec(textAt(entry, "checksum") ?? "") ?? [];
    const locator = textAt(entry, "resolution");
    return locator === undefined || hex === ""
      ? []
      : [[locator, `sha512-${Buffer.from(hex, "hex").toString("base64")}`] as const];
  });
  return new Map(found);
}
