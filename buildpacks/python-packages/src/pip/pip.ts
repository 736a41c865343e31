import { readFile } from "node:fs/promises";
import type { PythonPackageManager } from "../package-manager.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { lockedOfReport } from "../sbom/pip-report.ts";
import { install, reportOf } from "./install.ts";
import { readProject } from "./project.ts";

/** pip: requirements files, `pylock.toml`, or a project without a lockfile. */
export const pip: PythonPackageManager = {
  name: "pip",
  title: "pip",
  read: readProject,
  environment: ({ cacheDir }) => ({ PIP_CACHE_DIR: cacheDir, PIP_NO_CACHE_DIR: undefined }),
  install,
  packages: async (work) => installedPackages(work, lockedOfReport(await readFile(reportOf(work), "utf8"))),
};
