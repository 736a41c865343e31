import { access, chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Makes the folder `dir` unless it exists. It appears complete or not at all: `make` fills a temporary folder beside it,
 * which is then renamed. Two processes may do this at once; the first wins.
 */
export async function populateOnce(dir: string, make: (workDir: string) => Promise<void>): Promise<void> {
  if (await exists(dir)) return;
  await mkdir(dirname(dir), { recursive: true });
  const workDir = await mkdtemp(join(dirname(dir), ".making-"));
  try {
    await make(workDir);
    await chmod(workDir, 0o755);
    await rename(workDir, dir).catch((error) => ignoreIfMade(error));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function ignoreIfMade(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
}
