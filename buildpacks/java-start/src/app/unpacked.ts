import type { Project } from "../project.ts";
import type { FoundApp } from "./found-app.ts";
import { foundIn } from "./locations.ts";

/**
 * Detects an unpacked app in a directory: a jar with a main class, a web app, or Quarkus's
 * directory layout. `undefined` if there is none.
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
