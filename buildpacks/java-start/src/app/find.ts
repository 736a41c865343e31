import { UserError } from "libcnb";
import { isArchive } from "../detect/names.ts";
import type { Project } from "../project.ts";
import { archiveNamed, onlyArchive, opened } from "./archives.ts";
import type { FoundApp } from "./found-app.ts";
import { choiceHint, matching } from "./matching.ts";
import { distributionsIn, type Script } from "./scripts.ts";
import { unpackedAt } from "./unpacked.ts";

/**
 * Finds the part of the app to start. That part is in the project's directory. If a build has
 * replaced the source by an artifact, it is in the app's root directory.
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
        hint: 'Configure the build to create an executable jar: with the plugin of Spring Boot, Quarkus or Micronaut, with mainClass of maven-jar-plugin or maven-shade-plugin, or with Gradle\'s application plugin. Or write the start command into a Procfile: "web: java -cp app.jar com.example.App".',
      },
    );
  return new UserError(
    "JAVA_START_MISSING",
    `nothing to start: ${where}, and the app has no executable jar or WAR, packed or unpacked, no Quarkus app, and no start scripts`,
    {
      hint: 'Write the line "web: java -cp classes com.example.App" into a Procfile, or set BP_JAVA_START to the start command, such as "java -cp classes com.example.App". For an image without a process, set BP_JAVA_START=none.',
    },
  );
}

/**
 * The only script of a distribution in a directory; `undefined` if there is none.
 *
 * @throws UserError JAVA_SCRIPTS_SEVERAL
 */
const onlyScript = async (
  { app, dir: projectDir }: Pick<Project, "app" | "dir">,
  dir: string,
  names: readonly string[],
): Promise<Script | undefined> => one(await distributionsIn(app, dir, names), projectDir);

function one(scripts: readonly Script[], projectDir: string): Script | undefined {
  const [first, ...others] = scripts;
  if (others.length === 0) return first;
  const names = scripts.map(({ file }) => file);
  throw new UserError("JAVA_SCRIPTS_SEVERAL", `the app has ${names.length} start scripts: ${names.join(", ")}`, {
    hint: choiceHint("BP_APPLICATION_SCRIPT", first?.file ?? "", projectDir),
  });
}

/**
 * The script in BP_APPLICATION_SCRIPT.
 *
 * @throws UserError JAVA_SCRIPT_MISSING, JAVA_SCRIPTS_SEVERAL
 */
async function scriptNamed({ app, dir }: Project, pattern: string): Promise<Script> {
  const files = (await matching(app, dir, pattern)).filter((file) => !/\.(bat|cmd)$/i.test(file));
  const found = one(await Promise.all(files.map((file) => scriptOf(app, file))), dir);
  if (found !== undefined) return found;
  throw new UserError("JAVA_SCRIPT_MISSING", `BP_APPLICATION_SCRIPT is "${pattern}": the app has no such file`, {
    hint: 'Set BP_APPLICATION_SCRIPT to the path of a script relative to the project, such as bin/shop ("*" matches any part of a name).',
  });
}

const scriptOf = async (app: Project["app"], file: string): Promise<Script> => {
  const [bin, ...above] = file.split("/").slice(0, -1).reverse();
  return { file, home: bin === "bin" ? above.reverse().join("/") : "", text: await app.readText(file) };
};
