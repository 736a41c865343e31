import { requirementsIn } from "../choice/requested-pick.ts";
import type { ProjectSource } from "../package-manager.ts";

/**
 * Returns the requirements files to install: those in BP_PIP_REQUIREMENT, or else the file that the
 * choice of the tool found. Empty if the project itself is installed.
 */
export function requirementsOf({ choice, settings }: Pick<ProjectSource, "choice" | "settings">): readonly string[] {
  const asked = requirementsIn(settings);
  return asked.length > 0 || choice.lockfile === undefined ? asked : [choice.lockfile];
}
