import type { TarEntry } from "../tar/entry.ts";

/** Normalizes a name: archives made by hand may have `./lifecycle/launcher`. */
export const nameOf = (entry: TarEntry): string => entry.path.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
