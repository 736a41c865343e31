import { inDir } from "@libcnb/app-kit/folders";
import { type Manifest, parseManifest } from "@libcnb/java-app/manifest";
import type { App } from "libcnb";
import type { Project } from "../project.ts";
import type { FoundApp } from "./found-app.ts";

/**
 * Detects an unpacked app in a directory: an unpacked jar with a main class, a web app, or
 * Quarkus's directory layout. Returns `undefined` if there is none.
 */
export async function unpackedAt(
  dir: string,
  names: readonly string[],
  { app }: Pick<Project, "app">,
): Promise<FoundApp | undefined> {
  const { manifest, isWar, quarkus } = await foundIn(app, dir, names);
  const mainClass = manifest?.get("Main-Class");
  if (manifest !== undefined && mainClass !== undefined) return { kind: "unpacked", dir, manifest, mainClass };
  if (isWar) return { kind: "war", dir, manifest };
  return quarkus === undefined ? undefined : { kind: "quarkus", dir: quarkus };
}

/** The content of a directory, as far as it is known from file names. */
interface AppLocations {
  /** The manifest of an unpacked archive. */
  readonly manifest: Manifest | undefined;
  readonly isWar: boolean;
  /** The directory of an app in Quarkus's directory layout. */
  readonly quarkus: string | undefined;
}

/**
 * Determines which unpacked apps a directory contains: a jar with a manifest, a web app, Quarkus's
 * directory layout.
 */
export async function foundIn(app: App, dir: string, names: readonly string[]): Promise<AppLocations> {
  return {
    manifest: names.includes("META-INF/") ? await manifestIn(app, dir) : undefined,
    isWar: names.includes("WEB-INF/"),
    quarkus: await quarkusFolder(app, dir, names),
  };
}

async function manifestIn(app: App, dir: string): Promise<Manifest | undefined> {
  const file = inDir(dir, "META-INF/MANIFEST.MF");
  return (await app.exists(file)) ? parseManifest(await app.readText(file)) : undefined;
}

/** The jar that starts an app in Quarkus's directory layout. */
export const quarkusJar = "quarkus-run.jar";

async function quarkusFolder(app: App, dir: string, names: readonly string[]): Promise<string | undefined> {
  if (names.includes(quarkusJar)) return dir;
  const folder = inDir(dir, "quarkus-app");
  return names.includes("quarkus-app/") && (await app.exists(inDir(folder, quarkusJar))) ? folder : undefined;
}
