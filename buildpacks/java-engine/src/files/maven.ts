import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { featureOf } from "@libcnb/java-app/java-version";
import { inSameApp } from "@libcnb/java-app/poms/in-app";
import { type Lineage, pluginSetting, propertyOf } from "@libcnb/java-app/poms/lineage";
import type { App } from "libcnb";
import { type Candidate, newestOf } from "./candidate.ts";

/** The maximal number of modules that are read. Some apps have hundreds. */
const mostModules = 200;

/**
 * Reads the Java versions in the properties and compiler settings of the pom and of its parents in
 * the app, in the compiler's order of precedence. If a pom with modules has no version, the newest
 * version of its modules is used.
 *
 * @param pom the path relative to the directory, as in BP_MAVEN_POM_FILE. Only XML poms are read
 */
export async function mavenRequests(app: App, dir: string, pom?: string): Promise<readonly Candidate[]> {
  const file = inDir(dir, pom?.trim().replace(/^\.\//, "") || "pom.xml");
  if (!isXml(file) || !(await app.exists(file))) return [];
  const lineage = await inSameApp(app, file);
  const own = requestIn(lineage, file);
  return own === undefined ? newestOf(await ofModules(app, folderOf(file), lineage)) : [own];
}

// Maven takes any other name for XML, too: https://github.com/takari/polyglot-maven
const isXml = (file: string): boolean => !/\.(?:atom|clj|groovy|rb|scala|ya?ml|kts?)$/.test(file);
const folderOf = (file: string): string => (posix.dirname(file) === "." ? "" : posix.dirname(file));

function requestIn(lineage: Lineage, file: string): Candidate | undefined {
  for (const [name, wanted] of settingsOf(lineage))
    if (wanted !== undefined && featureOf(wanted) !== undefined)
      return { wanted, source: `${name} of ${file}`, means: "line" };
  return undefined;
}

function settingsOf(lineage: Lineage): readonly (readonly [name: string, wanted: string | undefined])[] {
  const property = (name: string) => [name, propertyOf(lineage, name)] as const;
  const plugin = (name: string) =>
    [`${name} of maven-compiler-plugin`, pluginSetting(lineage, "maven-compiler-plugin", name)] as const;
  return [
    property("maven.compiler.release"),
    plugin("release"),
    property("java.version"), // parents of Spring Boot
    property("release.version"), // parents of Micronaut
    property("maven.compiler.target"),
    plugin("target"),
    property("maven.compiler.source"),
    plugin("source"),
    property("kotlin.compiler.jvmTarget"),
  ];
}

async function ofModules(app: App, dir: string, [pom]: Lineage): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const name of (pom?.modules ?? []).slice(0, mostModules)) {
    const path = posix.join(dir, name).replace(/(?<!\/)\/+$/, "");
    const file = path.endsWith(".xml") ? path : posix.join(path, "pom.xml");
    if (/^(?:\.\.)?\//.test(file) || !(await app.exists(file))) continue;
    const request = requestIn(await inSameApp(app, file), file);
    if (request !== undefined) found.push(request);
  }
  return found;
}
