import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";

/** A folder of an app and those around it, up to the app's own: `a/b`, `a`, "". */
export function foldersUpwards(dir: string): readonly string[] {
  if (dir === "") return [""];
  const above = posix.dirname(dir);
  return [dir, ...foldersUpwards(above === "." ? "" : above)];
}

/** The folder of the build that a project is a part of: the nearest one with settings, as Gradle looks for them. */
export async function buildFolder(app: App, dir: string): Promise<string> {
  for (const folder of foldersUpwards(dir)) {
    for (const name of ["settings.gradle", "settings.gradle.kts"])
      if (await app.exists(inDir(folder, name))) return folder;
  }
  return dir;
}
