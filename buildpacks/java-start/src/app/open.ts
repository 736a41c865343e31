import { mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { extractArchive, LibcnbError } from "libcnb";
import type { Project } from "../project.ts";
import { type Archive, hasFolder } from "./archives.ts";
import type { FoundApp } from "./found-app.ts";
import { unpackedAt } from "./unpacked.ts";

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
