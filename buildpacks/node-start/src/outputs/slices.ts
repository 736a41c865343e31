import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../project-facts.ts";
import type { Starts } from "../starts.ts";

/** Folders of files whose names tell their contents: most stay as they are when the app changes. */
const assets = ["assets", "_astro", "_nuxt", "_next/static", "_app/immutable", "static"];

/** The slices of the app, so that a code change affects little else. Directories include their content. */
export async function slicesOf({ web }: Starts, { app, dirs }: Project): Promise<readonly (readonly string[])[]> {
  if (web === undefined || web.kind === "elsewhere") return [];
  const own = web.output?.slices ?? [];
  const folders = web.kind === "static" ? [...own, ...assets.map((name) => inDir(web.root, name))] : own;
  const paths = [...new Set(folders)].map((folder) => inDir(dirs.dir, folder));
  const found = await Promise.all(paths.map((path) => app.exists(path)));
  return paths.filter((_, index) => found[index]).map((path) => [path]);
}
