import { inDir } from "@libcnb/app-kit/folders";
import type { App, s } from "libcnb";
import type { Settings } from "../config.ts";
import { decisiveNames } from "./files.ts";
import { missedFiles } from "./misspelt.ts";
import { signsOf } from "./pyproject.ts";
import { requirementsIn } from "./requested-pick.ts";

/**
 * True if the settings name a package manager or requirements, or if a directory of the app has
 * something to install. Also true if there are files that the build refuses with a hint, such as a
 * misspelt requirements.txt.
 */
export async function installsPackages(app: App, dir: string, settings: Settings): Promise<boolean> {
  if (settings.BP_PYTHON_PACKAGE_MANAGER?.trim() || requirementsIn(settings).length > 0) return true;
  const files = await app.list(dir || ".");
  if (files.some((file) => decisiveNames.includes(file)) || missedFiles(files) !== undefined) return true;
  if (!files.includes("pyproject.toml")) return false;
  // what cannot be read is told by the build
  const pyproject = await app.readToml(inDir(dir, "pyproject.toml")).catch(() => unreadable);
  return signsOf(pyproject).isInstallable;
}

const unreadable: s.Table = { project: { dynamic: ["dependencies"] } };
