import type { LockedPackage, PythonPackageManager } from "../package-manager.ts";
import { parseRequirement } from "../requirement/requirement.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { environment } from "./environment.ts";
import { install } from "./install.ts";
import { lockedPackages } from "./locked.ts";
import { type PdmProject, readProject } from "./project.ts";

/** PDM: a project by its `pdm.lock` or the `pylock.toml` that PDM writes. */
export const pdm: PythonPackageManager = {
  name: "pdm",
  title: "PDM",
  read: readProject,
  environment,
  install,
  packages: async (work) => installedPackages(work, await lockedIn(work.project as PdmProject)),
};

async function lockedIn(project: PdmProject): Promise<readonly LockedPackage[]> {
  const { lock, selection, developmentGroups, python } = project;
  const asked = { selection, developmentGroups, values: python.markers };
  return [...itself(project), ...(lock === undefined ? [] : await lockedPackages(lock, asked))];
}

/** The lockfile says nothing of the project itself. */
function itself({ itself, dependencies }: PdmProject): readonly LockedPackage[] {
  const named = dependencies.flatMap((each) => {
    const requirement = parseRequirement(each);
    if (requirement === undefined) return [];
    return [requirement.extras.length === 0 ? requirement.name : `${requirement.name}[${requirement.extras.join()}]`];
  });
  return itself === undefined ? [] : [{ ...itself, files: [], scope: "runtime", role: "app", dependencies: named }];
}
