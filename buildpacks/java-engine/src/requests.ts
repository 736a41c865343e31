import { foldersAbove } from "@libcnb/app-kit/folders";
import { type PlanRequest, requestsAmong, requestsInPlan } from "@libcnb/app-kit/requests";
import { projectDir } from "@libcnb/java-app/project-dir";
import type { App } from "libcnb";
import { builtRequests } from "./files/built.ts";
import type { Candidate, JavaRequest, ReadFiles } from "./files/candidate.ts";
import { gradleRequests } from "./files/gradle.ts";
import { wrapperRequests } from "./files/gradle-wrapper.ts";
import { mavenRequests } from "./files/maven.ts";
import { sdkmanRequests } from "./files/sdkman.ts";
import { systemPropertiesRequests } from "./files/system-properties.ts";
import type { Settings } from "./settings.ts";

type RequestSettings = Pick<Settings, "BP_JVM_VERSION" | "BP_JAVA_PROJECT_PATH" | "BP_MAVEN_POM_FILE">;

const readersFor = (dir: string, pom: string | undefined): readonly ReadFiles[] => [
  sdkmanRequests,
  systemPropertiesRequests,
  // what is around the project has poms of the usual name
  (app, folder) => mavenRequests(app, folder, folder === dir ? pom : undefined),
  gradleRequests,
];

/**
 * All requests in order of precedence: the user of the build, the files of the project, the Java of
 * a prebuilt app, other buildpacks.
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
  requestsAmong([candidate]).map((request) => ({ ...candidate, ...request }));
