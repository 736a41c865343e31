import type { s } from "libcnb/internal";
import { closeNames } from "../text/suggest.ts";
import { childPath } from "./toml-keys.ts";

/**
 * The known keys of a TOML table. The value of a key is `true` if its content is checked elsewhere.
 * Otherwise the value contains the known keys of the table, or of the items of the list, below the
 * key.
 */
export type KnownKeys = { readonly [key: string]: true | KnownKeys };

/** Returns an issue for each unknown key, with the most similar known key. */
export function unknownKeys(value: unknown, known: KnownKeys, path = ""): s.Issue[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => unknownKeys(item, known, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const below = Object.hasOwn(known, key) ? known[key] : undefined;
    if (below === true) return [];
    return below ? unknownKeys(item, below, childPath(path, key)) : [unknownKey(key, path, known)];
  });
}

function unknownKey(key: string, parent: string, known: KnownKeys): s.Issue {
  const [close] = closeNames(key, Object.keys(known));
  const advice = close ? `did you mean ${close}?` : `the known keys are ${Object.keys(known).join(", ")}`;
  return { path: childPath(parent, key), message: `unknown key; ${advice}` };
}
