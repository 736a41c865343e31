import { inDir } from "@libcnb/app-kit/folders";
import { type Jar, readJar } from "@libcnb/java-app/jar";
import { UserError } from "libcnb";
import { isArchive, isTestOrSource } from "../detect/names.ts";
import type { Project } from "../project.ts";
import { matching } from "./matching.ts";

/** An executable jar of the app, or a WAR. */
export interface Archive {
  /** The path relative to the app. */
  readonly file: string;
  readonly jar: Jar;
}

/**
 * The only executable archive in a directory; `undefined` if there is none.
 *
 * @throws UserError JAVA_ARCHIVES_SEVERAL
 */
export async function onlyArchive(
  { app, log }: Pick<Project, "app" | "log">,
  dir: string,
  names: readonly string[],
): Promise<Archive | undefined> {
  const files = names.filter((name) => isArchive(name) && !isTestOrSource(name)).map((name) => inDir(dir, name));
  const archives = await Promise.all(
    files.map(async (file) => ({ file, jar: await readJar(app.path(file), { name: file }) })),
  );
  const starting = archives.filter(doesStart);
  for (const { file } of archives.filter((each) => !starting.includes(each)))
    log.debug(`${file} is skipped: its manifest has no Main-Class`);
  return one(starting, dir);
}

function one(archives: readonly Archive[], dir: string): Archive | undefined {
  const [first, ...others] = archives;
  if (others.length === 0) return first;
  const names = archives.map(({ file }) => file);
  throw new UserError(
    "JAVA_ARCHIVES_SEVERAL",
    `${dir === "" ? "the app" : dir} has ${names.length} executable jars or WARs: ${names.join(", ")}`,
    { hint: `Choose one, for example BP_EXECUTABLE_JAR_LOCATION=${names[0]}.` },
  );
}

/** True if an archive has a main class, or is a WAR. */
const doesStart = ({ file, jar }: Archive): boolean =>
  jar.manifest?.get("Main-Class") !== undefined || (/\.war$/i.test(file) && hasFolder({ jar }, "WEB-INF/"));

/** True if an archive has entries below a directory. */
export const hasFolder = ({ jar }: Pick<Archive, "jar">, folder: string): boolean =>
  jar.entries.some(({ name }) => name.startsWith(folder));

/**
 * The archive in BP_EXECUTABLE_JAR_LOCATION.
 *
 * @throws UserError JAVA_ARCHIVE_MISSING, JAVA_ARCHIVES_SEVERAL
 */
export async function archiveNamed({ app, dir }: Project, pattern: string): Promise<Archive> {
  const files = (await matching(app, dir, pattern)).filter(isArchiveFile);
  const archives = await Promise.all(
    files.map(async (file) => ({ file, jar: await readJar(app.path(file), { name: file }) })),
  );
  const found = one(archives.filter(doesStart), dir);
  if (found !== undefined) return found;
  const why =
    files.length === 0
      ? "the app has no such jar or WAR"
      : `there is no Main-Class in the manifest of ${files.join(", ")}`;
  throw new UserError("JAVA_ARCHIVE_MISSING", `BP_EXECUTABLE_JAR_LOCATION is "${pattern}": ${why}`, {
    hint: "Set it to the path of the jar or WAR, relative to the project; * matches any part of a name.",
  });
}

const isArchiveFile = (file: string): boolean => isArchive(file.replace(/^.*\//, ""));
