import { foldersAbove, inDir } from "@libcnb/app-kit/folders";
import { type PlanRequest, requestsAmong, requestsInPlan, type VersionRequest } from "@libcnb/app-kit/requests";
import { versionInFile } from "@libcnb/app-kit/version-file";
import { projectDir } from "@libcnb/python-app/project-dir";
import type { App } from "libcnb";
import { manifestRequests } from "./manifests.ts";
import type { Settings } from "./settings.ts";

/**
 * All requests in order of precedence: the user of the build, the files of the project, those of
 * its parent directories, other buildpacks.
 */
export async function readRequests(
  app: App,
  settings: Pick<Settings, "BP_CPYTHON_VERSION" | "BP_PYTHON_PROJECT_PATH">,
  plan: readonly PlanRequest[],
): Promise<readonly VersionRequest[]> {
  const dir = await projectDir(app, settings.BP_PYTHON_PROJECT_PATH);
  const inFiles = await Promise.all([dir, ...foldersAbove(dir)].map((folder) => requestsIn(app, folder)));
  const user = requestsAmong([{ wanted: settings.BP_CPYTHON_VERSION, source: "BP_CPYTHON_VERSION" }]);
  return [...user, ...inFiles.flat(), ...requestsInPlan(plan)];
}

async function requestsIn(app: App, dir: string): Promise<readonly VersionRequest[]> {
  const textOf = async (name: string) => ((await app.exists(inDir(dir, name))) ? app.readText(inDir(dir, name)) : "");
  const [pinned, runtime] = await Promise.all([textOf(".python-version"), textOf("runtime.txt")]);
  return requestsAmong([
    { wanted: pinnedVersion(pinned), source: inDir(dir, ".python-version") },
    ...(await manifestRequests(app, dir)),
    { wanted: runtimeVersion(runtime), source: inDir(dir, "runtime.txt") },
  ]);
}

/** pyenv and uv name implementations and platforms, too: `cpython-3.12.4-linux-x86_64-gnu`, `cpython@3.12`, `python-3.12.4`, `3.13-dev`. */
const pinnedVersion = (text: string): string | undefined => {
  const line = versionInFile(text);
  const [, version] =
    /^(?:c?python[-@]?)?(\d+(?:\.\d+){0,2}(?:(?:a|b|rc)\d+)?)(?:-dev|-linux-.*)?$/i.exec(line ?? "") ?? [];
  return version ?? line;
};

/** Heroku's older form: `python-3.11.9`. */
const runtimeVersion = (text: string): string | undefined => /^python-(\S+)$/m.exec(text.trim())?.[1];
