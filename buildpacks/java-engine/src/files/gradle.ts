import { inDir } from "@libcnb/app-kit/folders";
import { parseProperties } from "@libcnb/java-app/properties";
import type { App } from "libcnb";
import { type Candidate, newestOf, type ReadFiles, textOf } from "./candidate.ts";
import { readScript, type Words, wordsOf } from "./gradle-script.ts";

const scripts = ["build.gradle", "build.gradle.kts"];

/** The maximal number of subprojects that are read. */
const mostProjects = 200;

/**
 * Reads the Java versions in Gradle's scripts, as far as they can be determined without running the
 * scripts. The version of the daemon takes precedence, then that of toolchains, then that of the
 * compiler. The project's own scripts take precedence over others. Otherwise, the newest version in
 * subprojects and convention plugins is used.
 */
export const gradleRequests: ReadFiles = async (app, dir) => {
  const words = await wordsOf(app, dir);
  const own = await inScripts(
    app,
    words,
    scripts.map((name) => inDir(dir, name)),
  );
  const others = own.length > 0 ? [] : newestOf(await inScripts(app, words, await scriptsBelow(app, dir)));
  return [await ofDaemon(app, dir), ...own.slice(0, 1), ...others];
};

/**
 * Since Gradle 8.8, a project may set the Java that runs Gradle itself. No other Java runs Gradle
 * then.
 */
async function ofDaemon(app: App, dir: string): Promise<Candidate> {
  const file = "gradle/gradle-daemon-jvm.properties";
  const wanted = parseProperties(await textOf(app, dir, file)).get("toolchainVersion");
  return { wanted, source: `toolchainVersion of ${inDir(dir, file)}`, means: "line" };
}

async function inScripts(app: App, words: Words, files: readonly string[]): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const file of files) {
    if (!(await app.exists(file))) continue;
    const request = readScript(await app.readText(file), words);
    if (request !== undefined)
      found.push({ wanted: request.wanted, source: `${request.name} of ${file}`, means: "line" });
  }
  return found;
}

const includes = /\binclude(?:Flat)?\b((?:[\s(,]*["'][\w:./ -]+["'])+)/g;

/** The scripts of the subprojects that the settings name, and of conventions that all of them apply. */
async function scriptsBelow(app: App, dir: string): Promise<readonly string[]> {
  const settings = await Promise.all(["settings.gradle", "settings.gradle.kts"].map((name) => textOf(app, dir, name)));
  const named = [...settings.join("\n").matchAll(includes)].flatMap(([, names = ""]) =>
    [...names.matchAll(/["']:?([^"']+)["']/g)].map(([, name = ""]) => name.replaceAll(":", "/")),
  );
  const projects = named.slice(0, mostProjects).filter((name) => !name.includes(".."));
  return [
    ...projects.flatMap((name) => scripts.map((script) => inDir(dir, `${name}/${script}`))),
    ...(await conventionsIn(app, dir)),
  ];
}

async function conventionsIn(app: App, dir: string): Promise<readonly string[]> {
  const folders = ["buildSrc", "build-logic", "buildSrc/src/main/groovy", "buildSrc/src/main/kotlin"]
    .concat(["build-logic/src/main/groovy", "build-logic/src/main/kotlin"])
    .map((name) => inDir(dir, name));
  const names = await Promise.all(
    folders.map(async (folder) =>
      (await app.exists(folder)) ? (await app.list(folder)).map((name) => inDir(folder, name)) : [],
    ),
  );
  return names.flat().filter((name) => /\.gradle(\.kts)?$/.test(name) && !name.includes("settings.gradle"));
}
