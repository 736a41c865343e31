import { mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { type Jar, readJar } from "@libcnb/java-app/jar";
import { extractArchive, LibcnbError, UserError } from "libcnb";
import { isArchive, isTestOrSource } from "../detect/names.ts";
import type { Project } from "../project.ts";
import type { FoundApp } from "./found-app.ts";
import { choiceHint, matching } from "./matching.ts";
import { unpackedAt } from "./unpacked.ts";

/** An executable jar of the app, or a WAR. */
interface Archive {
  /** The path relative to the app. */
  readonly file: string;
  readonly jar: Jar;
}

/**
 * Returns the only executable archive in a directory; `undefined` if there is none.
 *
 * @throws UserError JAVA_ARCHIVES_SEVERAL
 */
export async function onlyArchive(
  { app, dir: projectDir, log }: Pick<Project, "app" | "dir" | "log">,
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
  return one(starting, dir, projectDir);
}

function one(archives: readonly Archive[], dir: string, projectDir: string): Archive | undefined {
  const [first, ...others] = archives;
  if (others.length === 0) return first;
  const names = archives.map(({ file }) => file);
  throw new UserError(
    "JAVA_ARCHIVES_SEVERAL",
    `${dir === "" ? "the app" : dir} has ${names.length} executable jars or WARs: ${names.join(", ")}`,
    { hint: choiceHint("BP_EXECUTABLE_JAR_LOCATION", first?.file ?? "", projectDir) },
  );
}

/** True if an archive has a main class, or is a WAR. */
const doesStart = ({ file, jar }: Archive): boolean =>
  jar.manifest?.get("Main-Class") !== undefined || (/\.war$/i.test(file) && hasFolder({ jar }, "WEB-INF/"));

/** True if an archive has entries below a directory. */
const hasFolder = ({ jar }: Pick<Archive, "jar">, folder: string): boolean =>
  jar.entries.some(({ name }) => name.startsWith(folder));

/**
 * Returns the archive that BP_EXECUTABLE_JAR_LOCATION names.
 *
 * @throws UserError JAVA_ARCHIVE_MISSING, JAVA_ARCHIVES_SEVERAL
 */
export async function archiveNamed({ app, dir }: Project, pattern: string): Promise<Archive> {
  const files = (await matching(app, dir, pattern)).filter(isArchiveFile);
  const archives = await Promise.all(
    files.map(async (file) => ({ file, jar: await readJar(app.path(file), { name: file }) })),
  );
  const found = one(archives.filter(doesStart), dir, dir);
  if (found !== undefined) return found;
  const why =
    files.length === 0
      ? "the app has no such jar or WAR"
      : `there is no Main-Class in the manifest of ${files.join(", ")}`;
  throw new UserError("JAVA_ARCHIVE_MISSING", `BP_EXECUTABLE_JAR_LOCATION is "${pattern}": ${why}`, {
    hint: 'Set BP_EXECUTABLE_JAR_LOCATION to the path of the jar or WAR relative to the project, such as target/*.jar ("*" matches any part of a name).',
  });
}

const isArchiveFile = (file: string): boolean => isArchive(file.replace(/^.*\//, ""));

/**
 * Prepares an archive for its start. An archive that contains its dependencies, such as a Spring
 * Boot jar or a WAR, is unpacked, because the app then starts faster, and a code change only
 * affects a small layer. Other archives stay packed, because unpacking would change the effect of
 * multi-release classes, signatures, and `Class-Path`.
 */
export async function opened(archive: Archive, project: Project): Promise<FoundApp> {
  const { file, jar } = archive;
  const whole: FoundApp = { kind: "jar", file, jar };
  const isWar = jar.manifest?.get("Main-Class") === undefined;
  if (!isWar && !isToBeUnpacked(archive, project)) return whole;
  const dir = dirname(file) === "." ? "" : dirname(file);
  const isUnpacked = await unpack(file, dir, project);
  return (isUnpacked && (await unpackedAt(dir, await project.app.list(dir), project))) || whole;
}

/** True for a Spring Boot jar or a WAR, unless a start command names the archive. */
const isToBeUnpacked = (archive: Archive, { procfile, settings }: Project): boolean =>
  ["BOOT-INF/lib/", "WEB-INF/lib/"].some((folder) => hasFolder(archive, folder)) &&
  ![...Object.values(procfile?.commands ?? {}), settings.BP_JAVA_START ?? ""].some((line) =>
    line.includes(archive.file.replace(/^.*\//, "")),
  );

/** Puts the contents of an archive in its place, unless something of that name is there already. */
async function unpack(file: string, dir: string, { app, log }: Project): Promise<boolean> {
  const folder = await mkdtemp(join(app.path(dir), ".unpacked-"));
  try {
    await extractArchive(app.path(file), folder);
    const names = await app.list(`${dir === "" ? "" : `${dir}/`}${folder.replace(/^.*\//, "")}`);
    const taken = new Set(await app.list(dir));
    if (names.some((name) => taken.has(name))) return false;
    for (const name of names) await rename(join(folder, name), join(app.path(dir), name));
    await rm(app.path(file));
    log.step(`Unpacking ${file}: it starts faster, and a change of code alone changes only one layer`);
    return true;
  } catch (error) {
    // a jar behind a shell script is none for those who read from the front
    if (error instanceof LibcnbError && error.code === "ARCHIVE_INVALID") return false;
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}
