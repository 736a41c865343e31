import { inDir } from "@libcnb/app-kit/folders";
import type { App, Table } from "libcnb";
import type { Settings } from "../config.ts";
import { decisiveNames } from "./files.ts";
import { missedFiles } from "./misspelt.ts";
import { signsOf } from "./pyproject.ts";
import { requirementsIn } from "./requested-pick.ts";

/**
 * True if a directory of the app has something to install, or files that look so and lead to an
 * error with a hint.
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

const unreadable: Table = { project: { dynamic: ["dependencies"] } };
