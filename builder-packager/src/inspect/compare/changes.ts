import { defined } from "../../defined.ts";
import { byBytes } from "../tree/dive-figures.ts";

/**
 * A difference between two images. `from` is absent if the item was added, and `to` if it was
 * removed.
 */
export interface Change {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

/** Returns the differences between two tables, sorted by key. */
export function changes(from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>): readonly Change[] {
  const names = [...new Set([...from.keys(), ...to.keys()])].sort(byBytes);
  return names.flatMap((name) => {
    const [before, after] = [from.get(name), to.get(name)];
    if (before === after) return [];
    return [{ name, ...defined({ from: before, to: after }) }];
  });
}

/** The kinds of changes between two images. */
export type ChangeKind = "added" | "removed" | "changed";

/** Returns the kind of a change: an item was added, removed or changed. */
export function kindOf({ from, to }: { readonly from?: unknown; readonly to?: unknown }): ChangeKind {
  if (from === undefined) return "added";
  return to === undefined ? "removed" : "changed";
}
