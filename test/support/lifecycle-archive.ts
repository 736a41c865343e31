import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { fetchLifecycle } from "../../builder-packager/src/lifecycle/fetch.ts";
import { silentReporter } from "../../builder-packager/src/reporter.ts";

const arch = process.arch === "arm64" ? "arm64" : "amd64";
const archiveArch = arch === "arm64" ? "arm64" : "x86-64";

/** The archive of the real lifecycle, as a local file that pack and cnb can be given. */
export async function lifecycleArchive(): Promise<string> {
  const dir = cacheDir(process.env, "lifecycle");
  const signal = new AbortController().signal;
  await fetchLifecycle({}, { arch, cacheDir: dir, reporter: silentReporter, env: process.env, signal });
  const name = (await readdir(dir)).find((file) => file.endsWith(".tgz") && file.includes(archiveArch));
  if (name === undefined) throw new Error(`there is no lifecycle in ${dir}`);
  return join(dir, name);
}
