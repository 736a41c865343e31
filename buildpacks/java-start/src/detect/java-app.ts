import { inDir } from "@libcnb/app-kit/folders";
import { projectDir } from "@libcnb/java-app/project-dir";
import type { App } from "libcnb";
import { readProcfile } from "libcnb/kit";
import { distributionsIn } from "../app/scripts.ts";
import { foundIn } from "../app/unpacked.ts";
import type { Settings } from "../settings.ts";
import { isArchive, isBuildFile, isOther, isTestOrSource } from "./names.ts";

/**
 * The result of {@link looksAt}: the reason why the app is not a Java app, or else `isStartable`,
 * which is true if the app can be started without a build.
 */
export type DetectFacts = { readonly why: string } | { readonly isStartable: boolean };

/**
 * Determines whether an app is a Java app. File names usually suffice. Otherwise, the contents of
 * some files are read.
 */
export async function looksAt(app: App, settings: Settings): Promise<DetectFacts> {
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

/** True if a variable of the user names the start command, the jar or the script. */
const isNamed = (settings: Settings): boolean =>
  [settings.BP_JAVA_START, settings.BP_EXECUTABLE_JAR_LOCATION, settings.BP_APPLICATION_SCRIPT].some(Boolean);

/**
 * True for files that only Java apps have: an unpacked executable jar, an unpacked WAR, the
 * directory of Quarkus.
 */
async function isUnpacked(app: App, dir: string, names: readonly string[]): Promise<boolean> {
  const found = await foundIn(app, dir, names);
  return found.manifest?.get("Main-Class") !== undefined || found.isWar || found.quarkus !== undefined;
}

/** True if a directory has a WAR or an executable jar. */
async function hasExecutable(app: App, dir: string, names: readonly string[]): Promise<boolean> {
  const archives = names.filter((name) => isArchive(name) && !isTestOrSource(name));
  if (archives.length === 0) return false;
  const { mainClassOf } = await import("../app/main-class.ts");
  for (const name of archives) {
    if (/\.war$/i.test(name)) return true;
    if ((await mainClassOf(app, inDir(dir, name)).catch(() => undefined)) !== undefined) return true;
  }
  return false;
}

/** True if a directory has a distribution: scripts that start the jars in `lib`. */
const hasDistribution = async (app: App, dir: string, names: readonly string[]): Promise<boolean> =>
  (await distributionsIn(app, dir, names)).length > 0;

/** The language of a Procfile's process `web`, or else of its first one, as far as its words show it. */
async function procfileLanguage(app: App, dir: string): Promise<"java" | "other" | undefined> {
  const { commands = {} } = (await readProcfile(app, dir)) ?? {};
  const line = commands["web"] ?? Object.values(commands)[0];
  if (line === undefined) return undefined;
  const words = line.split(/[\s;&|"']+/).map((word) => word.replace(/^.*\//, ""));
  if (words.some((word) => word === "java" || /\.[jw]ar$/.test(word))) return "java";
  return words.some((word) => others.has(word) || /^python[\d.]*$|\.(py|[cm]?[jt]s|rb)$/.test(word))
    ? "other"
    : undefined;
}
const others = new Set(
  "node npm npx yarn pnpm bun deno gunicorn uvicorn hypercorn granian flask uv poetry bundle ruby rails puma rackup php dotnet go".split(
    " ",
  ),
);

/** The message for an app that is not in Java. */
function noJavaApp(dir: string, names: readonly string[]): string {
  const where = dir === "" ? "the app" : dir;
  const jars = names.filter(isArchive);
  if (jars.length > 0)
    return `no Java app: the jars of the app (${jars.slice(0, 3).join(", ")}) have no Main-Class in the manifest, or are probably tools of an app in another language. If one of them is the app, set BP_EXECUTABLE_JAR_LOCATION to it.`;
  if (names.some((name) => /\.(java|kt|scala|groovy)$/.test(name)))
    return `no Java app: ${where} has neither pom.xml nor build.gradle, and no built application. Add one of them: source files alone define neither dependencies nor a main class.`;
  return `no Java app: ${where} has no pom.xml, build.gradle or build.gradle.kts, no executable jar or WAR, packed or unpacked, and no bin and lib directories of a distribution. If the project is in another directory, set BP_JAVA_PROJECT_PATH to it.`;
}
