import type { Project } from "../project.ts";
import type { FoundApp } from "./found-app.ts";
import { foundIn } from "./locations.ts";

/** The unpacked content of a directory. */
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
