import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { LockedPackage, PythonPackageManager } from "../package-manager.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { environment } from "./environment.ts";
import { lockedPackages } from "./locked.ts";
import { readProject, type UvProject } from "./project.ts";
import { sync } from "./sync.ts";

/** uv: a project, or a member of a workspace, by its `uv.lock`. */
export const uv: PythonPackageManager = {
  name: "uv",
  title: "uv",
  read: readProject,
  environment,
  install: sync,
  packages: async (work) => installedPackages(work, await lockedIn(work.project as UvProject)),
};

async function lockedIn(project: UvProject): Promise<readonly LockedPackage[]> {
  const { lock, roots, selection, python } = project;
  return lock === undefined ? itself(project) : lockedPackages({ lock, roots, selection, values: python.markers });
}

/** Without a lockfile only the name of the app itself is known. */
async function itself({ app, dir }: UvProject): Promise<readonly LockedPackage[]> {
  const manifest = [dir, "pyproject.toml"].filter((part) => part !== "").join("/");
  const project = tableOf((await app.exists(manifest)) ? (await app.readToml(manifest))["project"] : {});
  const [name, version] = [stringOf(project["name"]), stringOf(project["version"])];
  return name === undefined ? [] : [{ name, version, files: [], scope: "runtime", role: "app" }];
}
