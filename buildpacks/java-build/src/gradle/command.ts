import { join, posix } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { UserError } from "libcnb";
import type { Project, ProjectSource, Tool, ToolLocation, Variables } from "../build-tool.ts";
import { argumentsIn } from "../command-line.ts";
import { isAtLeast } from "./supported-java.ts";

/** The files that Gradle reads in addition to the project. */
export interface GradleFiles {
  /** The absolute paths of init scripts, in the order in which Gradle runs them. */
  readonly scripts: readonly string[];
  /** The texts of the project's `gradle.properties` files. */
  readonly properties: string;
}

/** As Paketo's buildpack has it, so that what replaces it is known. */
const usual = ["assemble"];

/** Returns the arguments for Gradle. The user's arguments come last. The daemon is disabled. */
export function gradleArguments(source: ProjectSource, { version }: Tool, files: GradleFiles): readonly string[] {
  const { settings } = source;
  const wanted = wantedArguments(source);
  const isSet = (name: string) => files.properties.includes(name) || wanted.some((word) => word.includes(name));
  return [
    "--no-daemon",
    "--console=plain",
    "-Dorg.gradle.welcome=never",
    // the report looks at the build while it runs
    "-Dorg.gradle.configuration-cache=false",
    "-Dorg.gradle.unsafe.configuration-cache=false",
    ...files.scripts.flatMap((script) => ["--init-script", script]),
    // what did not change since the last build is taken from the cache, even if other files did
    ...(isSet("org.gradle.caching") || isSet("build-cache") || !isAtLeast(version, "4.4") ? [] : ["--build-cache"]),
    ...(isSet("org.gradle.java.home") ? [`-Dorg.gradle.java.home=${source.jdk.home}`] : []),
    ...buildFileArguments(settings.BP_GRADLE_BUILD_FILE?.trim(), version),
    ...wanted,
  ];
}

/** Returns the user's arguments, without those that start a daemon. */
export function wantedArguments({ settings }: ProjectSource): readonly string[] {
  const wanted = argumentsIn(settings.BP_GRADLE_BUILD_ARGUMENTS);
  const additional = argumentsIn(settings.BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS);
  return [...(wanted.length > 0 ? wanted : usual), ...additional].filter((word) => !/^--(?:no-)?daemon$/.test(word));
}

/** A usual name in another directory is that directory's project. Gradle 9 knows no other names. */
function buildFileArguments(path: string | undefined, version: string): readonly string[] {
  if (!path) return [];
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  if (/^build\.gradle(?:\.kts)?$/.test(name)) return folder === "." ? [] : ["--project-dir", folder];
  if (!isAtLeast(version, "9")) return ["--build-file", path];
  throw new UserError(
    "GRADLE_BUILD_FILE_INVALID",
    `BP_GRADLE_BUILD_FILE is "${path}", but Gradle ${version} accepts only build.gradle and build.gradle.kts as build files`,
    {
      hint: `Rename the file to build.gradle, or write rootProject.buildFileName = "${name}" into settings.gradle.`,
    },
  );
}

/** True if Gradle is in offline mode. */
export const isOffline = (args: readonly string[]): boolean => args.includes("--offline");

/**
 * Returns the environment variables for Gradle. They set the file encoding to UTF-8, because
 * without a locale, Java before version 18 reads sources as ASCII. The user's settings come last.
 */
export const gradleEnvironment = ({ home, project, workDir }: ToolLocation): Variables => ({
  GRADLE_USER_HOME: home,
  LIBCNB_GRADLE_REPORT: reportFolder(workDir),
  GRADLE_OPTS: [...quick(project), project.env.GRADLE_OPTS ?? ""].join(" ").trim(),
  ...defined({ LC_ALL: hasLanguage(project) ? undefined : "C.UTF-8" }),
});

const hasLanguage = ({ env }: Project): boolean => Boolean(env.LC_ALL || env.LC_CTYPE || env.LANG);

/** A short run is done before the better compiler of Java pays for itself: half the time for a few modules. */
const quick = ({ outputs }: Project): readonly string[] =>
  outputs.filter((path) => /(?:^|\/)build$/.test(path)).length <= 10 ? ["-XX:TieredStopAtLevel=1"] : [];

/** Returns the directory into which the init script writes its reports. */
export const reportFolder = (workDir: string): string => join(workDir, "report");
