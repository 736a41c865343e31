import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { releasedLifecycle } from "./released-lifecycle.ts";

const archiveArch = process.arch === "arm64" ? "arm64" : "x86-64";

/** The archive of the real lifecycle, as a local file that pack and cnb can be given. */
export async function lifecycleArchive(): Promise<string> {
  const dir = cacheDir(process.env, "lifecycle");
  await releasedLifecycle();
  // a release sorts after archives that Go built, and those by the number of their recipe
  const names = (await readdir(dir)).toSorted();
  const name = names.findLast((file) => file.endsWith(".tgz") && file.includes(archiveArch));
  if (name === undefined) throw new Error(`there is no lifecycle in ${dir}`);
  return join(dir, name);
}
