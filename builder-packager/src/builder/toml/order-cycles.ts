import { type BuilderModule, moduleKey } from "../modules/module.ts";

/**
 * Returns one sentence for each composite buildpack that contains itself through its members. The
 * lifecycle would recurse endlessly in such a buildpack.
 */
export function cycleProblems(modules: readonly BuilderModule[]): string[] {
  const members = new Map(modules.map((module) => [moduleKey(module), membersOf(module)]));
  const done = new Set<string>();
  const cyclesFrom = (key: string, above: readonly string[]): string[] => {
    const start = above.indexOf(key);
    if (start >= 0) return [`${key} is a member of itself: ${[...above.slice(start), key].join(" → ")}`];
    if (done.has(key)) return [];
    const found = (members.get(key) ?? []).flatMap((member) => cyclesFrom(member, [...above, key]));
    done.add(key);
    return found;
  };
  return [...members.keys()].flatMap((key) => cyclesFrom(key, []));
}

const membersOf = ({ facts }: BuilderModule): readonly string[] =>
  (facts.order ?? []).flatMap(({ group }) => group.map(({ id, version }) => `${id}@${version}`));
