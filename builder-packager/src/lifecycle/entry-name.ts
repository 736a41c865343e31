import type { TarEntry } from "../tar/entry.ts";

/** Names may be stored as `./lifecycle/launcher` by archives that people make themselves. */
export const nameOf = (entry: TarEntry): string => entry.path.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
