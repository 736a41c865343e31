import { readFileSync, writeFileSync } from "node:fs";
import type { Work } from "../package-manager.ts";
import { within } from "../yarn/manifests.ts";
import { cacheVariables, type Places } from "./cache.ts";
import { runYarn } from "./run-yarn.ts";

/**
 * Has Yarn write `.pnp.cjs` anew without what only development needs, and remove the archives of that: what `yarn workspaces
 * focus --all --production` does since Yarn 4, for all versions and without the network.
 *
 * package.json, yarn.lock and Yarn's record of the installation become again what they were.
 */
export async function prunePnp(work: Work, places: Places): Promise<void> {
  const { project } = work;
  const at = (path: string) => project.app.path(within(project.dirs.root, path));
  const manifests = Object.keys(project.manifests).map((dir) => at(within(dir, "package.json")));
  const before = [...manifests, at("yarn.lock"), project.app.path(places.state)].map(
    (path) => [path, readFileSync(path)] as const,
  );
  try {
    for (const path of manifests) writeFileSync(path, withoutDevelopment(readFileSync(path, "utf8")));
    await runYarn(work, ["install", skipBuilds(project.toolVersion)], {
      ...cacheVariables(project, places, work.cacheDir),
      YARN_ENABLE_NETWORK: "0",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "0",
    });
  } finally {
    for (const [path, bytes] of before) writeFileSync(path, bytes);
  }
}

function withoutDevelopment(manifest: string): string {
  const { devDependencies: _, ...kept } = JSON.parse(manifest.replace(/^\uFEFF/, ""));
  return JSON.stringify(kept);
}

// what was built is in the unplugged folders already
const skipBuilds = (version: string): string => (version.startsWith("2.") ? "--skip-builds" : "--mode=skip-build");
