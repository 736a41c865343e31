import { inDir } from "@libcnb/app-kit/folders";
import { type PlanRequest, requestsAmong, requestsInPlan, type VersionRequest } from "@libcnb/app-kit/requests";
import { versionInFile } from "@libcnb/app-kit/version-file";
import { type PackageJson, projectDirs, readPackageJson } from "@libcnb/node-app";
import { type App, s } from "libcnb";
import type { Settings } from "./settings.ts";

/**
 * Reads all requests in order of precedence: those of the user, of the project's files, of its
 * workspace's files, and of other buildpacks.
 */
export async function readRequests(
  app: App,
  settings: Pick<Settings, "BP_NODE_VERSION" | "BP_NODE_PROJECT_PATH">,
  plan: readonly PlanRequest[],
): Promise<readonly VersionRequest[]> {
  const { dir, root } = await projectDirs(app, settings.BP_NODE_PROJECT_PATH);
  const folders = await Promise.all([...new Set([dir, root])].map((folder) => requestsOf(app, folder)));
  const own = [{ wanted: settings.BP_NODE_VERSION, source: "BP_NODE_VERSION" }, ...folders.flat()];
  return [...requestsAmong(own), ...requestsInPlan(plan)];
}

async function requestsOf(app: App, dir: string) {
  const at = (name: string) => inDir(dir, name);
  const packageJson = await readPackageJson(app, dir);
  const inFile = async (name: string) => ({ wanted: await fileVersion(app, at(name)), source: at(name) });
  return [
    { wanted: packageJson?.engines.node, source: `engines.node of ${at("package.json")}` },
    { wanted: runtimeVersion(packageJson), source: `devEngines.runtime of ${at("package.json")}` },
    await inFile(".nvmrc"),
    await inFile(".node-version"),
  ];
}

const fileVersion = async (app: App, path: string): Promise<string | undefined> =>
  (await app.exists(path)) ? versionInFile(await app.readText(path)) : undefined;

const runtime = s.table({ name: s.string, version: s.optional(s.string) });

// one runtime or several; what is not for Node.js, or of no form that npm knows, is nobody's wish
function runtimeVersion(packageJson: PackageJson | undefined): string | undefined {
  const written = packageJson?.devEngines.runtime;
  const decoding = s.decode(s.list(runtime), Array.isArray(written) ? written : [written]);
  return decoding.issues === undefined ? decoding.value.find(({ name }) => name === "node")?.version : undefined;
}
