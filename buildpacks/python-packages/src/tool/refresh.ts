import type { Refreshed } from "@libcnb/app-kit/inventory/updater";
import { versionIn } from "./locked.ts";
import { requirementOf } from "./requirement.ts";

/** The tools that are not part of a runtime. */
export const lockedNames = ["uv", "poetry", "pipenv", "pdm"] as const;

/** Gives requirements with digests for a requirement. */
export type Locks = (requirement: string) => Promise<string>;

/** Locks all tools; one that cannot be locked stays as it is. */
export async function refreshed(before: readonly string[], lock: Locks): Promise<Refreshed> {
  const texts: string[] = [];
  const failures: string[] = [];
  for (const [index, name] of lockedNames.entries()) {
    const old = before[index] ?? "";
    texts.push(
      await lock(requirementOf(name)).catch((error: Error) => {
        failures.push(`${name} stays as it is: ${error.message.trim()}`);
        return old;
      }),
    );
  }
  const changes = lockedNames.flatMap((name, index) => change(name, before[index] ?? "", texts[index] ?? ""));
  return { texts, failures, changes };
}

function change(name: string, before: string, after: string): readonly string[] {
  if (before === after) return [];
  const [old, now] = [before === "" ? "nothing" : versionIn(before, name), versionIn(after, name)];
  return [old === now ? `${name} ${now}: something that it needs is another` : `${name} ${old} becomes ${now}`];
}
