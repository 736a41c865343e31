import type { Project } from "../project.ts";
import { nothingToStart } from "../say/nothing-to-start.ts";
import { archiveNamed, onlyArchive } from "./archives.ts";
import { onlyScript, scriptNamed } from "./distribution.ts";
import type { Found } from "./found.ts";
import { opened } from "./open.ts";
import { foundIn } from "./places.ts";

/**
 * Finds the part of the app to start: in the project's directory or, for a build's artifact, in the
 * app's own.
 *
 * @throws UserError JAVA_START_MISSING and others that say what to do
 */
export async function findApp(project: Project): Promise<Found> {
  const { BP_EXECUTABLE_JAR_LOCATION: archive, BP_APPLICATION_SCRIPT: script } = project.settings;
  if (archive) return opened(await archiveNamed(project, archive), project);
  if (script) return { kind: "distribution", script: await scriptNamed(project, script) };
  for (const dir of new Set([project.dir, ""])) {
    const found = await foundAt(dir, project);
    if (found !== undefined) return found;
  }
  throw await nothingToStart(project);
}

async function foundAt(dir: string, project: Project): Promise<Found | undefined> {
  const names = await project.app.list(dir);
  const unpacked = await unpackedAt(dir, names, project);
  if (unpacked !== undefined) return unpacked;
  const archive = await onlyArchive(project, dir, names);
  if (archive !== undefined) return opened(archive, project);
  const script = await onlyScript(project, dir, names);
  return script && { kind: "distribution", script };
}

/** The unpacked content of a directory. */
export async function unpackedAt(
  dir: string,
  names: readonly string[],
  { app }: Pick<Project, "app">,
): Promise<Found | undefined> {
  const { manifest, isWar, quarkus } = await foundIn(app, dir, names);
  const mainClass = manifest?.get("Main-Class");
  if (manifest !== undefined && mainClass !== undefined) return { kind: "unpacked", dir, manifest, mainClass };
  if (isWar) return { kind: "war", dir, manifest };
  return quarkus === undefined ? undefined : { kind: "quarkus", dir: quarkus };
}
