import { UserError } from "libcnb";
import { isArchive } from "../detect/names.ts";
import type { Project } from "../project.ts";
import { archiveNamed, onlyArchive, opened } from "./archives.ts";
import { onlyScript, scriptNamed } from "./distribution.ts";
import type { FoundApp } from "./found-app.ts";
import { unpackedAt } from "./unpacked.ts";

/**
 * Finds the part of the app to start. That part is in the project's directory, or if a build has
 * replaced the source by an artifact, in the app's root directory.
 *
 * @throws UserError JAVA_START_MISSING or another error with a hint
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

/** Reports why nothing can be started, with a hint. */
async function nothingToStart({ app, dir, procfile }: Project): Promise<UserError> {
  const names = [...new Set([...(await app.list(dir)), ...(await app.list())])];
  const jars = names.filter(isArchive);
  const where = procfile === undefined ? "there is no Procfile" : "the Procfile has no process web";
  if (jars.length > 0)
    return new UserError(
      "JAVA_START_MISSING",
      `nothing to start: ${jars.join(", ")} ${jars.length === 1 ? "has" : "have"} no Main-Class in the manifest, and ${where}`,
      {
        hint: 'Configure the build to create an executable jar: with the plugin of Spring Boot, Quarkus or Micronaut, with mainClass of maven-jar-plugin or maven-shade-plugin, or with Gradle\'s application plugin. Or write the command into a Procfile, such as "web: java -cp app.jar com.example.App".',
      },
    );
  return new UserError(
    "JAVA_START_MISSING",
    `nothing to start: ${where}, and the app has no executable jar or WAR, packed or unpacked, no Quarkus app, and no start scripts`,
    {
      hint: 'Write the command into a Procfile, such as "web: java -cp classes com.example.App", or set BP_JAVA_START to it. For an image without a process, set BP_JAVA_START=none.',
    },
  );
}
