import { type LocatedProcfile, readProcfile } from "@libcnb/app-kit/start/procfile";
import { projectDir } from "@libcnb/java-app/project-dir";
import type { App, BuildContext, Logger } from "libcnb";
import { javaOf } from "./java.ts";
import type { Settings } from "./settings.ts";

/** The start settings of an app. */
export interface Project {
  readonly app: App;
  /** The directory of the project, relative to the app; "" if a build has replaced it. */
  readonly dir: string;
  readonly settings: Settings;
  readonly procfile: LocatedProcfile | undefined;
  /** The Java version in the image, such as 17; `undefined` if unknown. */
  readonly java: number | undefined;
  /** True if an earlier buildpack has written the app's SBOM. */
  readonly hasSbom: boolean;
  readonly log: Logger;
}

/** Reads all settings about an app's start. */
export async function readProject({ app, config, env, log }: BuildContext<Settings>): Promise<Project> {
  const dir = await folderOf(app, config.BP_JAVA_PROJECT_PATH);
  return {
    app,
    dir,
    settings: config,
    log,
    procfile: await readProcfile(app, dir),
    java: await javaOf(env),
    hasSbom: env["BPI_JVM_APPLICATION_SBOM"] === "true",
  };
}

/** A build puts its artefact in the place of the sources: the folder that was looked at in detection may be gone. */
const folderOf = async (app: App, value: string | undefined): Promise<string> =>
  value !== undefined && !(await app.exists(value).catch(() => true)) ? "" : projectDir(app, value);
