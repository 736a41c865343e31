import { readFile } from "node:fs/promises";
import type { PythonPackageManager } from "../package-manager.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { withReport } from "../sbom/pip-report.ts";
import { environment, reportIn } from "./environment.ts";
import { install } from "./install.ts";
import { lockedPackages } from "./locked.ts";
import { type PipenvProject, readProject } from "./project.ts";

/** Pipenv: a project by its `Pipfile.lock`. */
export const pipenv: PythonPackageManager = {
  name: "pipenv",
  title: "Pipenv",
  read: readProject,
  environment,
  install,
  async packages(work) {
    const { categories, lock, python } = work.project as PipenvProject;
    const report = await readFile(reportIn(work.workDir), "utf8").catch(() => undefined);
    return installedPackages(work, withReport(await lockedPackages(lock, categories, python.markers), report));
  },
};
