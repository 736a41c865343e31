import type { Project } from "../project.ts";
import { nothingToStart } from "../say/nothing-to-start.ts";
import { archiveNamed, onlyArchive } from "./archives.ts";
import { onlyScript, scriptNamed } from "./distribution.ts";
import type { FoundApp } from "./found-app.ts";
import { opened } from "./open.ts";
import { unpackedAt } from "./unpacked.ts";

/**
 * Finds the part of the app to start: in the project's directory or, for a build's artifact, in the
 * app's own.
 *
 * @throws UserError JAVA_START_MISSING and others that say what to do
 */
export async function findApp(project: Project): Promise<FoundApp> {
  const { BP_EXECUTABLE_JAR_LOCATION: archive, BP_APPLICATION_SCRIPT: script } = project.settings;
  if (archive) return opened(await archiveNamed(project, archive), project);
  if (script) return { kind: "distribution", script: await scriptNamed(project, script) };
  for (const dir of new Set([project.dir, ""])) {
    const found = await foundAt(dir, project);
    if (found !== undefined) return found;
  }
  throw await nothingToStart(project);
}

async function foundAt(dir: string, project: Project): Promise<FoundApp | undefined> {
  const names = await project.app.list(dir);
  const unpacked = await unpackedAt(dir, names, project);
  if (unpacked !== undefined) return unpacked;
  const archive = await onlyArchive(project, dir, names);
  if (archive !== undefined) return opened(archive, project);
  const script = await onlyScript(project, dir, names);
  return script && { kind: "distribution", script };
}
