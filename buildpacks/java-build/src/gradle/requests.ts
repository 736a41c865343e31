import { inDir } from "@libcnb/app-kit/folders";
import { requestsAmong, type VersionRequest } from "@libcnb/app-kit/requests";
import { parseProperties } from "@libcnb/java-app/properties";
import type { App } from "libcnb";
import type { ProjectSource } from "../build-tool.ts";

/**
 * The requested Gradle versions in addition to the wrapper's. `variable` takes precedence over the
 * wrapper, and `file` is used if there is no wrapper.
 */
export interface GradleRequests {
  readonly variable: VersionRequest | undefined;
  readonly file: VersionRequest | undefined;
}

export async function gradleRequests({ app, dir, settings }: ProjectSource): Promise<GradleRequests> {
  const [variable] = requestsAmong([{ wanted: settings.BP_GRADLE_VERSION, source: "BP_GRADLE_VERSION" }]);
  const source = inDir(dir, ".sdkmanrc");
  const [file] = requestsAmong([{ wanted: await sdkmanVersion(app, source), source }]);
  return { variable, file };
}

const sdkmanVersion = async (app: App, path: string): Promise<string | undefined> =>
  (await app.exists(path)) ? parseProperties(await app.readText(path)).get("gradle") : undefined;
