import { inDir } from "@libcnb/app-kit/folders";
import { requestsAmong, type VersionRequest } from "@libcnb/app-kit/requests";
import { parseProperties } from "@libcnb/java-app/properties";
import type { App } from "libcnb";
import type { Project } from "../build-tool.ts";

/**
 * Requested Maven versions besides the wrapper: the first takes precedence over it, the others
 * apply without it.
 */
export interface MavenRequests {
  readonly variable: VersionRequest | undefined;
  readonly files: readonly VersionRequest[];
}

export async function mavenRequests({ app, dir, settings }: Project): Promise<MavenRequests> {
  const [variable] = requestsAmong([{ wanted: settings.BP_MAVEN_VERSION, source: "BP_MAVEN_VERSION" }]);
  const [sdkman, system] = [".sdkmanrc", "system.properties"].map((name) => inDir(dir, name));
  const files = requestsAmong([
    { wanted: await propertyIn(app, sdkman ?? "", "maven"), source: sdkman ?? "" },
    { wanted: await propertyIn(app, system ?? "", "maven.version"), source: system ?? "" },
  ]);
  return { variable, files };
}

const propertyIn = async (app: App, path: string, name: string): Promise<string | undefined> =>
  (await app.exists(path)) ? parseProperties(await app.readText(path)).get(name) : undefined;
