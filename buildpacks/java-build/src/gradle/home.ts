import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What Gradle leaves in its home that is no download: logs of its processes tell their environment. */
const leavings = ["daemon", "notifications", "workers", ".tmp"];

/**
 * Runs Gradle with properties in its cached home: their credentials are in a separate temporary
 * directory, and traces of the run are removed.
 *
 * @param properties text of `gradle.properties`; "" for none
 */
export async function withHome<Result>(
  { home, workDir }: { readonly home: string; readonly workDir: string },
  properties: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const location = join(home, "gradle.properties");
  const clean = () =>
    Promise.all(
      ["gradle.properties", ...leavings].map((name) => rm(join(home, name), { recursive: true, force: true })),
    );
  await clean();
  try {
    if (properties !== "") {
      await writeFile(join(workDir, "gradle.properties"), properties, { mode: 0o600 });
      await symlink(join(workDir, "gradle.properties"), location);
    }
    return await run();
  } finally {
    await clean();
  }
}
