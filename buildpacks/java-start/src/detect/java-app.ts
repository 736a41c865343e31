import { projectDir } from "@libcnb/java-app/project-dir";
import type { App } from "libcnb";
import { foundIn } from "../app/locations.ts";
import { noJavaApp } from "../say/no-java-app.ts";
import type { Settings } from "../settings.ts";
import { hasDistribution, hasExecutable } from "./executables.ts";
import { isBuildFile, isOther } from "./names.ts";
import { procfileLanguage } from "./procfile.ts";

/** The reason why an app is not in Java, or whether it can be started before a build. */
export type Seen = { readonly why: string } | { readonly isStartable: boolean };

/**
 * Decides if an app is in Java: by file names, and only if these are not sufficient, by the
 * contents of some files.
 */
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
