import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { noteMaking, noteUse } from "../cache-use.ts";
import { exists } from "../files/exists.ts";
import { isMarkedVerified, markVerified } from "../oci/files/verified-mark.ts";

/**
 * Creates the directory `dir` unless it exists. The directory appears complete or not at all:
 * `make` fills a temporary directory next to it, which is then renamed. If two processes create the
 * directory at the same time, the result of the first one is used.
 */
export async function populateOnce(dir: string, make: (workDir: string) => Promise<void>): Promise<void> {
  if ((await exists(dir)) && (await noteUse(dir))) return;
  await mkdir(dirname(dir), { recursive: true });
  const workDir = await mkdtemp(join(dirname(dir), ".making-"));
  try {
    await make(workDir);
    await chmod(workDir, 0o755);
    await noteMaking(dir);
    await rename(workDir, dir).catch((error) => ignoreIfPresent(error));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

const completeMark = ".complete";

/**
 * Creates a directory of files like {@link populateOnce}, and creates it again if one of its files
 * was changed or removed. The check is necessary because programs that clean temporary directories
 * also remove single old files.
 */
export async function populateComplete(dir: string, make: (workDir: string) => Promise<void>): Promise<void> {
  if ((await exists(dir)) && !(await isComplete(dir))) await rm(dir, { recursive: true, force: true });
  await populateOnce(dir, async (workDir) => {
    await make(workDir);
    const names = (await readdir(workDir)).sort();
    await writeFile(join(workDir, completeMark), JSON.stringify(names));
    for (const name of [...names, completeMark]) await markVerified(join(workDir, name));
  });
}

async function isComplete(dir: string): Promise<boolean> {
  const names: unknown = await readFile(join(dir, completeMark), "utf8")
    .then(JSON.parse)
    .catch(() => undefined);
  if (!Array.isArray(names)) return false;
  const complete = await Promise.all([completeMark, ...names].map((name) => isMarkedVerified(join(dir, String(name)))));
  return !complete.includes(false);
}

function ignoreIfPresent(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
}
