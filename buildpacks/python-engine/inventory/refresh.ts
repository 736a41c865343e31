import type { Refreshed } from "@libcnb/app-kit/inventory/updater";
import { changedLines, newestOf } from "@libcnb/app-kit/inventory/versions";
import { type Entry, lineOf, newerFirst } from "./entry.ts";
import { parse, render } from "./render.ts";

/** Updates the releases in the text of a buildpack.toml. If upstream cannot be read, they are unchanged. */
export async function refresh(
  text: string,
  policy: Policy,
  upstream: (policy: Policy) => Promise<readonly Entry[]>,
): Promise<Required<Refreshed>> {
  const failures: string[] = [];
  const found = await upstream(policy).catch((error: unknown) => {
    failures.push(`kept the releases as they are: ${error instanceof Error ? error.message : error}`);
    return [];
  });
  const existing = parse(text, "buildpack.toml");
  const merged = merge(existing, found, policy);
  return { texts: [render(text, merged)], failures, changes: changes(existing, merged) };
}

/** The policy of an inventory. */
export interface Policy {
  /** Lines of Python: `3.14`. */
  readonly lines: readonly string[];
  /** The number of versions per line and processor. */
  readonly newest: number;
}

/**
 * The newest versions of each line among existing and found ones. Existing ones are unchanged, even
 * if upstream has rebuilt the same version, because builds in closed networks may have exactly that
 * file.
 */
export function merge(existing: readonly Entry[], found: readonly Entry[], policy: Policy): readonly Entry[] {
  const all = [...existing, ...found].filter((entry) => policy.lines.includes(lineOf(entry)));
  const groups = Map.groupBy(all, (entry) => `${lineOf(entry)} ${entry.arch}`);
  return [...groups.values()].flatMap((group) => newestOf(group, policy.newest, newerFirst));
}

/** The changes, one line per file. */
export const changes = (before: readonly Entry[], after: readonly Entry[]): readonly string[] =>
  changedLines(texts(before), texts(after));
const texts = (entries: readonly Entry[]): readonly string[] =>
  entries.map(({ version, build, arch }) => `${version} (${build}) for ${arch}`).sort();
