import { inDir } from "@libcnb/app-kit/folders";
import { featureOf } from "@libcnb/java-app/java-version";
import { inSameApp, pluginSetting, propertyOf } from "@libcnb/java-app/pom";
import type { App } from "libcnb";
import type { Candidate, ReadFiles } from "../requests.ts";

type Lineage = Awaited<ReturnType<typeof inSameApp>>;

/** How many modules are looked into: those of some apps are hundreds. */
const mostModules = 200;

/**
 * What the pom's properties and its compiler are set to, in the order in which they win for the compiler; also of poms above it in the app. A pom of
 * modules that says nothing itself asks for the newest of what they ask for.
 */
export const mavenRequests: ReadFiles = async (app, dir) => {
  const file = inDir(dir, "pom.xml");
  if (!(await app.exists(file))) return [];
  const lineage = await inSameApp(app, file);
  const own = requestIn(lineage, file);
  return own === undefined ? newestOf(await ofModules(app, dir, lineage)) : [own];
};

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
    const path = inDir(dir, name.replace(/^\.\//, "").replace(/\/+$/, ""));
    const file = path.endsWith(".xml") ? path : `${path}/pom.xml`;
    if (path.includes("..") || !(await app.exists(file))) continue;
    const request = requestIn(await inSameApp(app, file), file);
    if (request !== undefined) found.push(request);
  }
  return found;
}

const newestOf = (candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates
    .toSorted(({ wanted: a = "" }, { wanted: b = "" }) => (featureOf(b) ?? 0) - (featureOf(a) ?? 0))
    .slice(0, 1);
