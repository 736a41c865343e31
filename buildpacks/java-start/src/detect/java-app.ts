import { projectDir } from "@libcnb/java-app/project-dir";
import type { App } from "libcnb";
import { foundIn } from "../app/places.ts";
import { noJavaApp } from "../say/no-java-app.ts";
import type { Settings } from "../settings.ts";
import { hasDistribution, hasExecutable } from "./executables.ts";
import { isBuildFile, isOther } from "./names.ts";
import { procfileLanguage } from "./procfile.ts";

/** Why an app is none in Java, or whether it has something to start before anything is built. */
export type Seen = { readonly why: string } | { readonly isStartable: boolean };

/** Looks whether an app is one in Java: names of files, and only where these say nothing, what is in a few of them. */
export async function looksAt(app: App, settings: Settings): Promise<Seen> {
  const dir = await projectDir(app, settings.BP_JAVA_PROJECT_PATH);
  const names = await app.list(dir);
  if (isNamed(settings) || (await isUnpacked(app, dir, names))) return { isStartable: true };
  const said = await procfileLanguage(app, dir);
  if (said === "java") return { isStartable: true };
  const mayBeTools = said === "other" || names.some(isOther);
  const isStartable =
    !mayBeTools && ((await hasExecutable(app, dir, names)) || (await hasDistribution(app, dir, names)));
  return isStartable || names.some(isBuildFile) ? { isStartable } : { why: noJavaApp(dir, names) };
}

/** True if the user says what starts. */
const isNamed = (settings: Settings): boolean =>
  [settings.BP_JAVA_START, settings.BP_EXECUTABLE_JAR_LOCATION, settings.BP_APPLICATION_SCRIPT].some(Boolean);

/** What only apps in Java have: an unpacked jar that starts, an unpacked WAR, Quarkus' folder. */
async function isUnpacked(app: App, dir: string, names: readonly string[]): Promise<boolean> {
  const found = await foundIn(app, dir, names);
  return found.manifest?.get("Main-Class") !== undefined || found.isWar || found.quarkus !== undefined;
}
