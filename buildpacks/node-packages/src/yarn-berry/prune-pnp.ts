import { readFileSync, writeFileSync } from "node:fs";
import { inDir } from "@libcnb/app-kit/folders";
import type { Work } from "../package-manager.ts";
import { type CacheDirectories, cacheVariables } from "./cache.ts";
import { type Graph, workspaceDir } from "./graph.ts";
import { runYarn } from "./install-berry.ts";

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
