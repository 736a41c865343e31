import type { ModuleFacts } from "../config/module-labels.ts";

type Stack = NonNullable<ModuleFacts["stacks"]>[number];

/**
 * The stack of modules (buildpacks and extensions) that are selected by targets and name no stack.
 */
const any: Stack = { id: "*" };

/**
 * Returns the stacks that all modules (buildpacks and extensions) support, as pack computes them.
 * The mixins of a stack are combined, and `*` matches any stack. Composite buildpacks are ignored.
 * Returns undefined if the modules have no stack in common.
 *
 * @example
 * `commonStacks([{ api: "0.10", stacks: [{ id: "a" }, { id: "b" }] }, { api: "0.10", stacks: [{ id: "b" }] }]) // [{ id: "b" }]`
 */
export function commonStacks(modules: readonly ModuleFacts[]): readonly Stack[] | undefined {
  const lists = modules.filter(({ order }) => !order).map(({ stacks = [] }) => (stacks.length > 0 ? stacks : [any]));
  const [first, ...others] = lists;
  const common = others.reduce((stacks, more) => merged(stacks, more), first ?? []);
  return common.length > 0 ? common : undefined;
}

function merged(before: readonly Stack[], more: readonly Stack[]): readonly Stack[] {
  const [anyBefore, anyMore] = [before, more].map((stacks) => stacks.some(({ id }) => id === any.id));
  if (anyBefore) return anyMore ? [any] : more;
  if (anyMore) return before;
  return more.flatMap(({ id, mixins = [] }) => {
    const same = before.findLast((stack) => stack.id === id);
    return same ? [{ id, ...united(same.mixins ?? [], mixins) }] : [];
  });
}

const united = (...lists: readonly (readonly string[])[]) => {
  const mixins = [...new Set(lists.flat())].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return mixins.length > 0 ? { mixins } : {};
};
