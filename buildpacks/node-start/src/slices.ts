import { inDir, type Project } from "./project.ts";
import type { Starts } from "./starts.ts";

/** Folders of files whose names tell their contents: most stay as they are when the app changes. */
const assets = ["assets/**", "_astro/**", "_nuxt/**", "_next/static/**", "_app/immutable/**", "static/**"];

/** What of the app goes into layers of its own: a change of its code moves little else. */
export function slicesOf({ web }: Starts, { dirs }: Project): readonly (readonly string[])[] {
  if (web === undefined) return [];
  const own = web.output?.slices ?? [];
  const patterns = web.kind === "static" ? [...own, ...assets.map((name) => inDir(web.root, name))] : own;
  return [...new Set(patterns)].map((pattern) => [inDir(dirs.dir, pattern)]);
}
