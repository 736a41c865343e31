import { requirementsIn } from "../choice/requested-pick.ts";
import type { ProjectSource } from "../package-manager.ts";

/** All files that BP_PIP_REQUIREMENT names, or the one that was found; none if the project itself is installed. */
export function requirementsOf({ choice, settings }: Pick<ProjectSource, "choice" | "settings">): readonly string[] {
  const asked = requirementsIn(settings);
  return asked.length > 0 || choice.lockfile === undefined ? asked : [choice.lockfile];
}
