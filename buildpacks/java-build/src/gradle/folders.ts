import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/** Lists a directory of an app and its parents, up to the app's root: `a/b`, `a`, "". */
export function foldersUpwards(dir: string): readonly string[] {
  if (dir === "") return [""];
  const above = posix.dirname(dir);
  return [dir, ...foldersUpwards(above === "." ? "" : above)];
}

/**
 * The root directory of the Gradle build that contains a project: the nearest one with a settings
 * file, as Gradle determines it.
 */
export async function buildFolder(app: App, dir: string): Promise<string> {
  for (const folder of foldersUpwards(dir)) {
    for (const name of ["settings.gradle", "settings.gradle.kts"])
      if (await app.exists(inDir(folder, name))) return folder;
  }
  return dir;
}
