import { parseRequirement, type Requirement } from "../requirement/requirement.ts";

/** A package with its possible dependencies. */
export interface Node {
  readonly name: string;
  readonly requires: readonly Requirement[];
}

/**
 * A function that returns true if a dependency applies when its package is installed with the given
 * extras.
 */
export type Holds = (requirement: Requirement, extras: readonly string[]) => Promise<boolean>;

/**
 * Determines the extras with which each package is installed: those that the app requests, and
 * those that the installed packages request, directly or indirectly. An extra can request other
 * extras of its own package: `all` may stand for `a[http,db]`.
 */
export async function activeExtras(
  nodes: readonly Node[],
  asked: readonly string[],
  holds: Holds,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const extras = new Map<string, Set<string>>();
  const waiting: Requirement[] = [
    ...asked.flatMap((text) => parseRequirement(text) ?? []),
    ...(await plain(nodes, holds)),
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const known = extras.get(next.name) ?? new Set();
    const fresh = next.extras.filter((extra) => !known.has(extra));
    if (fresh.length === 0) continue;
    extras.set(next.name, new Set([...known, ...fresh]));
    waiting.push(...(await needed(byName.get(next.name), fresh, holds)));
  }
  return new Map([...extras].map(([name, all]) => [name, [...all].toSorted()]));
}

const plain = async (nodes: readonly Node[], holds: Holds): Promise<readonly Requirement[]> =>
  (await Promise.all(nodes.map((node) => needed(node, [], holds)))).flat();

/**
 * Returns the dependencies that apply if a package is installed with the given extras. `holds`
 * decides that for each dependency.
 */
export async function needed(
  node: Node | undefined,
  extras: readonly string[],
  holds: Holds,
): Promise<readonly Requirement[]> {
  const requires = node?.requires ?? [];
  const counts = await Promise.all(requires.map((each) => holds(each, extras)));
  return requires.filter((_, index) => counts[index]);
}
