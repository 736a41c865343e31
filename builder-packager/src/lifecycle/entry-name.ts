import type { TarEntry } from "../tar/entry.ts";

/**
 * Normalizes the name of an archive member. Archives that users create may contain names such as
 * `./lifecycle/launcher`.
 */
export const nameOf = (entry: TarEntry): string => entry.path.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
