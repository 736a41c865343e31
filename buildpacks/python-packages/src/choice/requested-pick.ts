import type { Settings } from "../config.ts";
import type { ManagerName } from "../package-manager.ts";
import { isManager, pipFiles } from "./files.ts";
import type { FoundSources, Pick } from "./found-sources.ts";
import { ofAnother, unknownManager } from "./refusals.ts";

/** Selects the tool in BP_PYTHON_PACKAGE_MANAGER. */
export function requestedPick(found: FoundSources): Pick | undefined {
  const name = found.settings.BP_PYTHON_PACKAGE_MANAGER?.trim() ?? "";
  if (name === "") return undefined;
  if (!isManager(name)) throw unknownManager(name);
  const lockfile = found.complete.find(({ owner }) => owner === name)?.name ?? sharedFile(name, found);
  if (lockfile === undefined && !isUsable(name, found)) throw ofAnother(name, found);
  return { name, source: "BP_PYTHON_PACKAGE_MANAGER", lockfile };
}

/** The files that are no tool's own: pip installs from them, and PDM from the standard lockfile. */
function sharedFile(name: ManagerName, { files, settings }: FoundSources): string | undefined {
  if (name === "pdm") return files.includes("pylock.toml") ? "pylock.toml" : undefined;
  if (name !== "pip") return undefined;
  return requirementsIn(settings)[0] ?? pipFiles.find((file) => files.includes(file));
}

/**
 * True if a tool can do without a lockfile: what else it needs is there, and no other tool has
 * locked the versions.
 */
function isUsable(name: ManagerName, { complete, files, signs }: FoundSources): boolean {
  if (name === "pipenv") return files.includes("Pipfile");
  if (name === "pip") return files.includes("setup.py") || signs.isInstallable;
  return signs.isInstallable && complete.length === 0;
}

/** Selects pip if BP_PIP_REQUIREMENT names requirements files. */
export function requirementPick({ settings }: FoundSources): Pick | undefined {
  const [lockfile] = requirementsIn(settings);
  return lockfile === undefined ? undefined : { name: "pip", source: "BP_PIP_REQUIREMENT", lockfile };
}

/** The files that BP_PIP_REQUIREMENT names. */
export const requirementsIn = ({ BP_PIP_REQUIREMENT = "" }: Partial<Settings>): readonly string[] =>
  BP_PIP_REQUIREMENT.split(/[\s,]+/).filter((file) => file !== "");
