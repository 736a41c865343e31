import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { Project, Work } from "../package-manager.ts";
import { removeDeadLinks, removeWithEmptyParents } from "../yarn/remove.ts";
import { type CacheDirectories, cacheVariables } from "./cache.ts";
import { type Graph, locatorOf, workspaceDir } from "./graph.ts";
import { runYarn } from "./install-berry.ts";
import { keepInModulesState, readModulesState } from "./install-state.ts";

/**
 * Removes development packages from `node_modules`, based on Yarn's own record. All other packages
 * remain at their location, whereas Yarn itself might move some to the location of a removed
 * package.
 */
export function pruneModules({ app, dirs, manifests }: Project, graph: Graph): void {
  const root = app.path(dirs.root);
  const kept = [...graph.packages.values()].filter(({ locatorHash }) => isForLaunch(graph, locatorHash));
  pruneByLocation(root, new Set(kept.map(locatorOf)));
  pruneStore(root, new Set(kept.map(({ locatorHash }) => locatorHash.slice(0, 10))));
  prunePackageMap(join(root, "node_modules/.package-map.json"));
  for (const dir of Object.keys(manifests)) removeDeadLinks(app.path(inDir(inDir(dirs.root, dir), "node_modules")));
}

const isForLaunch = ({ scopes }: Graph, hash: string): boolean => (scopes.get(hash) ?? "development") !== "development";

/** The linker `node-modules` records the location of each package, and `yarn run` reads this record. */
function pruneByLocation(root: string, kept: ReadonlySet<string>): void {
  const removed = readModulesState(root)?.filter(({ locator }) => !kept.has(locator));
  if (removed === undefined) return;
  // a workspace's directory is the app's own, and a portal's lies anywhere
  const isInstalled = (path: string) => /^(?!\.\.\/).*node_modules\//.test(path);
  for (const path of removed.flatMap(({ paths }) => paths).filter(isInstalled))
    removeWithEmptyParents(join(root, path));
  keepInModulesState(root, kept);
}

/** The linker `pnpm`: directories of the store end with the digest of a locator. */
function pruneStore(root: string, kept: ReadonlySet<string>): void {
  const store = join(root, "node_modules/.store");
  if (!existsSync(store)) return;
  for (const name of readdirSync(store))
    if (!kept.has(name.slice(name.lastIndexOf("-") + 1)) && lstatSync(join(store, name)).isDirectory())
      rmSync(join(store, name), { recursive: true });
}

/** Since Yarn 4.18: which package may load which. */
function prunePackageMap(file: string): void {
  if (!existsSync(file)) return;
  const { packages, ...rest } = JSON.parse(readFileSync(file, "utf8"));
  const kept = Object.entries<PackageMapEntry>(packages).filter(([, { url }]) =>
    existsSync(new URL(url, `file://${file}`)),
  );
  const names = new Set(kept.map(([name]) => name));
  const entries = kept.map(([name, each]) => [
    name,
    {
      ...each,
      dependencies: Object.fromEntries(Object.entries(each.dependencies ?? {}).filter(([, to]) => names.has(to))),
    },
  ]);
  writeFileSync(file, `${JSON.stringify({ ...rest, packages: Object.fromEntries(entries) }, null, 2)}\n`);
}

interface PackageMapEntry {
  readonly url: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Makes Yarn rewrite `.pnp.cjs` without development packages and remove their archives, like `yarn
 * workspaces focus --all --production` since Yarn 4, but for all versions and without the network.
 *
 * Afterwards, package.json, yarn.lock and Yarn's record of the installation are restored.
 */
export async function prunePnp(work: Work, locations: CacheDirectories, graph: Graph): Promise<void> {
  const { project } = work;
  const at = (path: string) => project.app.path(inDir(project.dirs.root, path));
  const launched = launchedWorkspaces(graph);
  const manifests = Object.keys(project.manifests).map((dir) => at(inDir(dir, "package.json")));
  const before = [...manifests, at("yarn.lock"), project.app.path(locations.state)].map(
    (path) => [path, readFileSync(path)] as const,
  );
  try {
    for (const dir of Object.keys(project.manifests))
      reduceManifest(at(inDir(dir, "package.json")), launched.has(dir) ? developmentFields : allFields);
    await runYarn(work, ["install", skipBuilds(project.toolVersion)], {
      ...cacheVariables(project, locations, work.cacheDir),
      YARN_ENABLE_NETWORK: "0",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "0",
    });
  } finally {
    for (const [path, bytes] of before) writeFileSync(path, bytes);
  }
}

/** Directories of the workspaces that the image is for. */
const launchedWorkspaces = ({ packages, scopes }: Graph): ReadonlySet<string> =>
  new Set(
    [...packages.values()]
      .filter(({ locatorHash }) => (scopes.get(locatorHash) ?? "development") !== "development")
      .flatMap((each) => workspaceDir(each) ?? []),
  );

const developmentFields: readonly string[] = ["devDependencies"];
const allFields: readonly string[] = [...developmentFields, "dependencies", "optionalDependencies", "peerDependencies"];

function reduceManifest(path: string, fields: readonly string[]): void {
  const manifest: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
  writeFileSync(
    path,
    JSON.stringify(Object.fromEntries(Object.entries(manifest).filter(([name]) => !fields.includes(name)))),
  );
}

// what was built is in the unplugged directories already
const skipBuilds = (version: string): string => (version.startsWith("2.") ? "--skip-builds" : "--mode=skip-build");
