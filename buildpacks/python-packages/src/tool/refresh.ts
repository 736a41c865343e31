import type { Refreshed } from "@libcnb/app-kit/inventory/updater";
import { changedLines } from "@libcnb/app-kit/inventory/versions";
import type { ManagerName } from "../package-manager.ts";
import type { Architecture, LockTarget } from "./lock.ts";
import { isPure, wheelsOfPylock } from "./pylock-wheels.ts";
import { render, written } from "./render.ts";
import { requirementOf } from "./requirement.ts";
import type { ToolWheel } from "./wheels.ts";

/** The tools that are not part of a runtime. */
export const lockedNames = ["uv", "poetry", "pipenv", "pdm"] as const satisfies readonly ManagerName[];

const architectures: readonly Architecture[] = ["amd64", "arm64"];

/** Returns a `pylock.toml` for a requirement, as JSON. */
export type Locks = (requirement: string, target: LockTarget) => Promise<string>;

/** Locks all tools for the Python lines in a buildpack.toml; a tool that cannot be locked is unchanged. */
export async function refreshed(before: string, lines: readonly string[], lock: Locks): Promise<Refreshed> {
  const old = written(before);
  const wheels: ToolWheel[] = [];
  const failures: string[] = [];
  for (const tool of lockedNames)
    wheels.push(
      ...(await lockedFor(tool, lines, lock).catch((error: Error) => {
        failures.push(`${tool} stays as it is: ${error.message.trim()}`);
        return old.filter((each) => each.tool === tool);
      })),
    );
  return { texts: [render(before, wheels)], failures, changes: changedLines(old.map(shown), wheels.map(shown)) };
}

const shown = ({ tool, file, python }: ToolWheel): string => `${tool}: ${file} for Python ${python.join(", ")}`;

/** Each wheel once, with the lines of Python that install it. */
async function lockedFor(tool: ManagerName, lines: readonly string[], lock: Locks): Promise<readonly ToolWheel[]> {
  const found = new Map<string, ToolWheel>();
  for (const python of lines)
    for (const arch of architectures)
      for (const { name, version, file, checksum } of wheelsOfPylock(
        await lock(requirementOf(tool), { python, arch }),
      )) {
        const known = found.get(file)?.python ?? [];
        const of = isPure(file) ? undefined : arch;
        found.set(file, { tool, name, version, file, checksum, arch: of, python: [...new Set([...known, python])] });
      }
  return [...found.values()].toSorted((a, b) => (a.file.toLowerCase() < b.file.toLowerCase() ? -1 : 1));
}
