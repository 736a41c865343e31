import { existsSync } from "node:fs";
import { chmod, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Reporter } from "../../reporter.ts";
import { copyRoot } from "../../sandbox/backends/copied-root.ts";
import { removeTree } from "../../sandbox/remove-tree.ts";
import { quote } from "../../sandbox/shell.ts";
import type { WorkDir } from "./work-dir.ts";

const copyOf = (work: WorkDir): string => join(work.dir, "kept-layers");

/**
 * Copies the layers after the build phase, so that the work directory that `--keep-workdir` keeps
 * contains all of them. The export moves cached layers to the cache. If the build fails, unmodified
 * layers are moved back to the cache.
 */
export async function keepLayers(work: WorkDir, reporter: Reporter): Promise<void> {
  await copyRoot(work.layers, copyOf(work), "clone").catch((error: Error) =>
    reporter.warn(`the kept directory lacks the layers that are in the cache: ${error.message}`),
  );
}

/**
 * Renames a work directory at the end of its build, so that no later build removes it. Reports its
 * path. Only the user who runs cnb can enter it: it contains the values of environment variables.
 */
export async function keepWorkDir(work: WorkDir, reporter: Reporter): Promise<void> {
  if (existsSync(copyOf(work))) {
    await removeTree(work.layers);
    await rename(copyOf(work), work.layers);
  }
  const kept = join(dirname(work.dir), basename(work.dir).replace("build-", "kept-"));
  await chmod(work.dir, 0o700);
  await rename(work.dir, kept);
  const { app, layers, platform, tmp } = work.inside;
  reporter.step("Keeping the directories of the build");
  for (const [name, inside] of Object.entries({ app, layers, platform, tmp }))
    reporter.info(`${inside}: ${join(kept, name)}`);
  reporter.info(`Remove them with: chmod -R u+w ${quote(kept)} && rm -rf ${quote(kept)}`);
}
