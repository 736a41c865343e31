import type { PythonPackageManager } from "../package-manager.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { environment } from "./environment.ts";
import { install } from "./install.ts";
import { lockedPackages } from "./locked.ts";
import { type PoetryProject, readProject } from "./project.ts";

/** Poetry: a project by its `poetry.lock`. */
export const poetry: PythonPackageManager = {
  name: "poetry",
  title: "Poetry",
  read: readProject,
  environment,
  install,
  async packages(work) {
    const { packages, pyproject, python, selection } = work.project as PoetryProject;
    return installedPackages(work, await lockedPackages({ ...selection, packages, pyproject, values: python.markers }));
  },
};
