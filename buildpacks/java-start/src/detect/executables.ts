import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { distributionsIn } from "../app/scripts.ts";
import { isArchive, isTestOrSource } from "./names.ts";

/** True if a directory has a WAR or an executable jar. */
export async function hasExecutable(app: App, dir: string, names: readonly string[]): Promise<boolean> {
  const archives = names.filter((name) => isArchive(name) && !isTestOrSource(name));
  if (archives.length === 0) return false;
  const { mainClassOf } = await import("../app/main-class.ts");
  for (const name of archives) {
    if (/\.war$/i.test(name)) return true;
    if ((await mainClassOf(app, inDir(dir, name)).catch(() => undefined)) !== undefined) return true;
  }
  return false;
}

/** True if a directory has a distribution: scripts that start the jars in `lib`. */
export const hasDistribution = async (app: App, dir: string, names: readonly string[]): Promise<boolean> =>
  (await distributionsIn(app, dir, names)).length > 0;
