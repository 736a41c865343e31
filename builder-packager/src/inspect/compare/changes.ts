import { byBytes } from "../tree/dive-figures.ts";

/** A difference between two images; without `from` it was added, without `to` removed. */
export interface Change {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
}

/** The differences of two tables, by name. */
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
