import type { Issue } from "libcnb/spec";
import { childPath } from "./toml-keys.ts";

/** The keys a table may have; `true` for values that are looked at elsewhere. Lists have the shape of their items. */
export type KnownKeys = { readonly [key: string]: true | KnownKeys };

/** The keys that nobody knows, each with the name it may have been meant for. */
export function unknownKeys(value: unknown, known: KnownKeys, path = ""): Issue[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => unknownKeys(item, known, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const below = Object.hasOwn(known, key) ? known[key] : undefined;
    if (below === true) return [];
    return below ? unknownKeys(item, below, childPath(path, key)) : [unknownKey(key, path, known)];
  });
}

function unknownKey(key: string, parent: string, known: KnownKeys): Issue {
  const close = Object.keys(known).find((name) => edits(key, name) <= 2);
  const advice = close ? `did you mean ${close}?` : `possible are ${Object.keys(known).join(", ")}`;
  return { path: childPath(parent, key), message: `unknown key; ${advice}` };
}

/** How many letters to insert, remove or exchange to make one word of the other. Keys are short. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const exchanged = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
