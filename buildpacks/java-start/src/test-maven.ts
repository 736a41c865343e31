import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type FileMap, writeFiles } from "libcnb/testing";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { installedJdk } from "../../../test/support/java/archives.ts";
import { installedMaven } from "../../../test/support/java/maven-archives.ts";
import { mavenRepository, settingsFor } from "../../../test/support/java/maven-repository.ts";

/**
 * Returns the files of an app that Maven builds from `sources`: those in `target` that match the
 * pattern `wanted`. The build runs only once and is cached.
 */
export async function packaged(sources: FileMap, wanted: RegExp, flags: readonly string[] = []): Promise<FileMap> {
  const key = createHash("sha256")
    .update(JSON.stringify([sources, flags]))
    .digest("hex")
    .slice(0, 16);
  const dir = cacheDir(process.env, "test-java-start", key);
  await populateOnce(dir, async (workDir) => {
    const project = join(workDir, "project");
    await mkdir(project);
    await writeFiles(project, sources);
    await packageIn(project, flags);
    await cp(join(project, "target"), join(workDir, "target"), { recursive: true });
    await rm(project, { recursive: true });
  });
  return filesIn(join(dir, "target"), wanted);
}

async function packageIn(project: string, flags: readonly string[]): Promise<void> {
  await using repository = await mavenRepository();
  const settings = join(project, "settings.xml");
  await writeFile(settings, settingsFor(repository.url));
  const args = ["--batch-mode", "--quiet", "--settings", settings, "-DskipTests", ...flags, "package"];
  const env = { ...process.env, JAVA_HOME: await installedJdk("17") };
  await promisify(execFile)(join(await installedMaven(), "bin/mvn"), args, { cwd: project, env });
}

/** The files that a pattern picks, by the names that its group gives them. */
async function filesIn(dir: string, wanted: RegExp): Promise<FileMap> {
  const files: Record<string, Buffer> = {};
  for (const name of await readdir(dir, { recursive: true })) {
    const [, path] = wanted.exec(name) ?? [];
    if (path !== undefined && (await stat(join(dir, name))).isFile()) files[path] = await readFile(join(dir, name));
  }
  return files;
}
