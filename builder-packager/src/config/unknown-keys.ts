import type { Issue } from "libcnb/spec";
import { closeNames } from "../text/suggest.ts";
import { childPath } from "./toml-keys.ts";

/** The keys of a table; `true` for values that are checked elsewhere. Lists have the shape of their items. */
export type KnownKeys = { readonly [key: string]: true | KnownKeys };

/** The unknown keys, each with the most similar known one. */
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
  const [close] = closeNames(key, Object.keys(known));
  const advice = close ? `did you mean ${close}?` : `possible are ${Object.keys(known).join(", ")}`;
  return { path: childPath(parent, key), message: `unknown key; ${advice}` };
}
