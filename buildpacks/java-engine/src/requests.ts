import { foldersAbove, inDir } from "@libcnb/app-kit/folders";
import { featureOf } from "@libcnb/java-app/java-version";
import { type Manifest, parseManifest } from "@libcnb/java-app/manifest";
import { projectDir } from "@libcnb/java-app/project-dir";
import { parseProperties } from "@libcnb/java-app/properties";
import type { App } from "libcnb";
import { type PlanRequest, requestsInPlan, versionRequests } from "libcnb/kit";
import type { Settings } from "./contract.ts";
import { type Candidate, type JavaRequest, newestOf, type ReadFiles, textOf } from "./files/candidate.ts";
import { gradleRequests } from "./files/gradle.ts";
import { mavenRequests } from "./files/maven.ts";
import type { Distribution } from "./release-id.ts";

type RequestSettings = Pick<Settings, "BP_JVM_VERSION" | "BP_JAVA_PROJECT_PATH" | "BP_MAVEN_POM_FILE">;

const readersFor = (dir: string, pom: string | undefined): readonly ReadFiles[] => [
  sdkmanRequests,
  systemPropertiesRequests,
  // what is around the project has poms of the usual name
  (app, folder) => mavenRequests(app, folder, folder === dir ? pom : undefined),
  gradleRequests,
];

/**
 * Reads all requests in order of precedence: requests of the user, of the project's files, the Java
 * version of a prebuilt app, and requests of other buildpacks.
 */
export async function readRequests(
  app: App,
  settings: RequestSettings,
  plan: readonly PlanRequest[],
): Promise<readonly JavaRequest[]> {
  const dir = await projectDir(app, settings.BP_JAVA_PROJECT_PATH);
  const user = { wanted: settings.BP_JVM_VERSION, source: "BP_JVM_VERSION", means: "release" } as const;
  const candidates: Candidate[] = [user];
  for (const read of readersFor(dir, settings.BP_MAVEN_POM_FILE))
    for (const folder of [dir, ...foldersAbove(dir)]) candidates.push(...(await read(app, folder)));
  candidates.push(...(await builtRequests(app, dir)));
  const requests = [
    ...candidates.flatMap(requestOf),
    ...requestsInPlan(plan).map((each) => ({ ...each, means: "release" as const })),
  ];
  return requests.length > 0 ? requests : (await wrapperRequests(app, dir)).flatMap(requestOf);
}

const requestOf = (candidate: Candidate): readonly JavaRequest[] =>
  versionRequests([candidate]).map((request) => ({ ...candidate, ...request }));

/** More archives than an app that comes built has. */
const mostArchives = 20;
/**
 * The Java version of a prebuilt app, from the manifests of its directory and archives. The newest
 * one is used.
 */
async function builtRequests(app: App, dir: string): Promise<readonly Candidate[]> {
  const file = inDir(dir, "META-INF/MANIFEST.MF");
  if (await app.exists(file)) return requestsOf(parseManifest(await app.readText(file)), file);
  const names = (await app.list(dir)).filter((name) => /\.[jw]ar$/i.test(name)).slice(0, mostArchives);
  const found = await Promise.all(names.map((name) => inArchive(app, inDir(dir, name))));
  return newestOf(found.flat());
}

async function inArchive(app: App, file: string): Promise<readonly Candidate[]> {
  const { readJar } = await import("@libcnb/java-app/jar");
  const { manifest } = await readJar(app.path(file), { name: file });
  return requestsOf(manifest, file);
}

function requestsOf(manifest: Manifest | undefined, file: string): readonly Candidate[] {
  const name = ["Build-Jdk-Spec", "Build-Jdk"].find((each) => manifest?.get(each)?.trim());
  return name === undefined ? [] : [{ wanted: manifest?.get(name), source: `${name} of ${file}`, means: "line" }];
}

/** The first Gradle version for each LTS line of Java that is older than the default line. */
const lines: readonly (readonly [major: number, minor: number, line: string])[] = [
  [7, 3, "17"],
  [5, 0, "11"],
  [0, 0, "8"],
];

/** The first Gradle that runs on the usual line, 21. https://docs.gradle.org/current/userguide/compatibility.html */
const runsOnUsual = [8, 5] as const;
/**
 * Requests the newest Java LTS line that an old Gradle wrapper supports. This request only matters
 * for projects without another request.
 */
export const wrapperRequests: ReadFiles = async (app, dir) => {
  const file = "gradle/wrapper/gradle-wrapper.properties";
  const url = parseProperties(await textOf(app, dir, file)).get("distributionUrl") ?? "";
  const [, version = "", major, minor] = /\/gradle-((\d{1,3})\.(\d{1,3})[\w.]*)-[^/]*\.zip$/.exec(url) ?? [];
  const isAtLeast = (...[first, second]: readonly [number, number]) =>
    Number(major) > first || (Number(major) === first && Number(minor) >= second);
  if (version === "" || isAtLeast(...runsOnUsual)) return [];
  const wanted = lines.find(([first, second]) => isAtLeast(first, second))?.[2];
  return [{ wanted, source: `Gradle ${version} of ${inDir(dir, file)}`, means: "line" }];
};

/** SDKMAN's names of those whose builds there are here, too. https://sdkman.io/jdks */
const vendors: Readonly<Record<string, Distribution>> = { librca: "liberica", tem: "temurin", zulu: "zulu" };
/**
 * Reads `java=21.0.4-tem` in `.sdkmanrc`. Only the release line (21) is requested, as in Paketo's
 * buildpacks, because the exact release is the one that a developer once installed, and it may lack
 * security fixes.
 *
 * @see https://sdkman.io/usage#env-command
 */
export const sdkmanRequests: ReadFiles = async (app, dir) => {
  const java = parseProperties(await textOf(app, dir, ".sdkmanrc"))
    .get("java")
    ?.trim();
  // 22.3.r17-grl is a GraalVM for Java 17
  const [, version = "", graal, vendor = ""] =
    /^([\d.+]+?)(?:\.r(\d+)|\.[a-z]+)?-(?:.*-)?(\w+)$/.exec(java ?? "") ?? [];
  const wanted = graal ?? (featureOf(version) === undefined ? java : version);
  return [
    {
      wanted,
      source: inDir(dir, ".sdkmanrc"),
      means: "line",
      distribution: vendors[vendor],
      vendor: vendor || undefined,
    },
  ];
};

/** Heroku's form: `java.runtime.version=17`, `17.0.9`, `zulu-21`. */
const systemPropertiesRequests: ReadFiles = async (app, dir) => {
  const value = parseProperties(await textOf(app, dir, "system.properties"))
    .get("java.runtime.version")
    ?.trim();
  const [, zulu] = /^zulu-(.+)$/.exec(value ?? "") ?? [];
  const source = `java.runtime.version of ${inDir(dir, "system.properties")}`;
  return [{ wanted: zulu ?? value, source, means: "release", distribution: zulu === undefined ? undefined : "zulu" }];
};
