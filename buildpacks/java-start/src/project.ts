import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectDir } from "@libcnb/java-app/project-dir";
import { parseProperties } from "@libcnb/java-app/properties";
import type { App, BuildContext, Env, Logger } from "libcnb";
import { type LocatedProcfile, readProcfile } from "libcnb/kit";
import type { Settings } from "./settings.ts";

/** The app to start, and the settings that determine its processes. */
export interface Project {
  readonly app: App;
  /**
   * The directory of the project, relative to the app; "" if an artifact has replaced the project.
   */
  readonly dir: string;
  readonly settings: Settings;
  readonly procfile: LocatedProcfile | undefined;
  /** The Java version in the image, such as 17; `undefined` if unknown. */
  readonly java: number | undefined;
  /** True if an earlier buildpack wrote the app's SBOM. */
  readonly hasSbom: boolean;
  readonly log: Logger;
}

/** Reads all settings for starting an app. */
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

/** A build puts its artefact in the place of the sources: the directory that was looked at in detection may be gone. */
const folderOf = async (app: App, value: string | undefined): Promise<string> =>
  value !== undefined && !(await app.exists(value).catch(() => true)) ? "" : projectDir(app, value);

/**
 * The Java version in the image according to `libcnb/java-engine`, or else that of the build's JDK;
 * `undefined` if unknown.
 */
async function javaOf(env: Env): Promise<number | undefined> {
  const { BPI_JVM_VERSION: reported, JAVA_HOME: home } = env;
  const version = reported ?? (home === undefined ? undefined : await versionOf(home));
  const [, line] = /^(?:1\.)?(\d+)/.exec(version ?? "") ?? [];
  return line === undefined ? undefined : Number(line);
}

/** Every Java has a file with its version: `JAVA_VERSION="17.0.21"`. */
async function versionOf(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, "release"), "utf8").catch(() => "");
  return parseProperties(text).get("JAVA_VERSION")?.replaceAll('"', "");
}
