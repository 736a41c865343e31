import type { ReachableTree } from "./walk.ts";

/**
 * Patterns for the names of packages that pnpm hoists to a shared directory, where other packages
 * also find dependencies that they do not declare.
 */
export interface HoistPatterns {
  /**
   * Packages that are hoisted to `node_modules/.pnpm/node_modules`, where all packages find them.
   */
  readonly hidden: readonly string[];
  /** Packages that are hoisted to the app's `node_modules`, where the app finds them as well. */
  readonly public: readonly string[];
}

interface HoistedPackages {
  readonly hidden: ReadonlyMap<string, string>;
  readonly public: ReadonlyMap<string, string>;
}

interface Node {
  readonly path: string;
  readonly depth: number;
  readonly needs: ReadonlyMap<string, string>;
}

/**
 * Chooses the version of each package that is hoisted. As in pnpm, this is the version with the
 * shortest dependency path from a project.
 *
 * @param taken names that are not hoisted, because the app itself depends on them
 */
export function hoist(reached: ReachableTree, patterns: HoistPatterns, taken: ReadonlySet<string>): HoistedPackages {
  const kinds = { hidden: matcher(patterns.hidden), public: matcher(patterns.public) };
  const chosen = { hidden: new Map<string, string>(), public: new Map<string, string>() };
  const names = new Set([...taken].map((name) => name.toLowerCase()));
  for (const [alias, path] of inOrder(reached)) {
    const hidden = kinds.hidden(alias) ? "hidden" : undefined;
    const kind = kinds.public(alias) ? "public" : hidden;
    if (kind === undefined || names.has(alias.toLowerCase()) || !reached.locations.has(path)) continue;
    names.add(alias.toLowerCase());
    chosen[kind].set(alias, path);
  }
  return chosen;
}

/** All names and what they lead to, those that are needed first at first. */
function inOrder(reached: ReachableTree): readonly (readonly [string, string])[] {
  const direct = [...reached.projects.values()].flatMap((needs) => [...needs]);
  const nodes = nodesFrom(
    direct.map(([, path]) => path),
    reached,
  );
  const sorted = nodes.toSorted((a, b) => a.depth - b.depth || (a.path < b.path ? -1 : 1));
  return [...direct, ...sorted.flatMap(({ needs }) => [...needs])];
}

/** Every package once. What the packages of one step need is taken by that step before any of it is followed further, as pnpm does. */
function nodesFrom(paths: readonly string[], { locations }: ReachableTree): readonly Node[] {
  const seen = new Set<string>();
  const open = (candidates: Iterable<string>) =>
    [...new Set(candidates)].filter((path) => locations.has(path) && !seen.has(path) && seen.add(path));
  const follow = (step: readonly string[], depth: number): readonly Node[] => {
    const nodes = step.map((path) => ({ path, depth, needs: locations.get(path)?.needs ?? new Map<string, string>() }));
    const next = nodes.map(({ needs }) => open(needs.values()));
    return [...nodes, ...next.flatMap((each) => follow(each, depth + 1))];
  };
  return follow(open(paths), 0);
}

/**
 * Compiles patterns with `*` to a function that is true for matching names. The last matching
 * pattern takes precedence. A pattern that begins with `!` excludes names. If all patterns exclude
 * names, all other names match.
 */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const rules = patterns.map((pattern) => ({
    isRefusal: pattern.startsWith("!"),
    expression: new RegExp(`^${pattern.replace(/^!/, "").split("*").map(escaped).join(".*")}$`),
  }));
  const otherwise = rules.length > 0 && rules.every(({ isRefusal }) => isRefusal);
  return (name) => {
    const last = rules.findLast(({ expression }) => expression.test(name));
    return last === undefined ? otherwise : !last.isRefusal;
  };
}

const escaped = (text: string): string => text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
