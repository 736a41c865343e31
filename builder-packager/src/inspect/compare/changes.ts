import { byBytes } from "../tree/dive-figures.ts";

/** One thing that is not the same in two images; it is added when there is no `from`, removed when there is no `to`. */
export interface Change {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

/** What is not the same in two tables, by name. */
export function changes(from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>): readonly Change[] {
  const names = [...new Set([...from.keys(), ...to.keys()])].sort(byBytes);
  return names.flatMap((name) => {
    const [before, after] = [from.get(name), to.get(name)];
    if (before === after) return [];
    return [{ name, ...(before !== undefined && { from: before }), ...(after !== undefined && { to: after }) }];
  });
}

/** `added`, `removed` or `changed`. */
export const kindOf = ({ from, to }: { readonly from?: unknown; readonly to?: unknown }) =>
  from === undefined ? ("added" as const) : to === undefined ? ("removed" as const) : ("changed" as const);
