import { posix } from "node:path";
import { UserError } from "libcnb";
import { argumentsIn } from "../arguments.ts";
import type { ProjectSource, Tool } from "../build-tool.ts";
import { isAtLeast } from "./supported-java.ts";

/** Gradle's inputs besides the project. */
export interface GradleFiles {
  /** Absolute paths, in the order in which they are run. */
  readonly scripts: readonly string[];
  /** Texts of the project's `gradle.properties`. */
  readonly properties: string;
}

/** As Paketo's buildpack has it, so that what replaces it is known. */
const usual = ["assemble"];

/** The arguments for Gradle. The user's arguments come last. The daemon is disabled. */
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

/** The user's arguments, without a daemon. */
export function wantedArguments({ settings }: ProjectSource): readonly string[] {
  const wanted = argumentsIn(settings.BP_GRADLE_BUILD_ARGUMENTS);
  const additional = argumentsIn(settings.BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS);
  return [...(wanted.length > 0 ? wanted : usual), ...additional].filter((word) => !/^--(?:no-)?daemon$/.test(word));
}

/** A usual name in another folder is that folder's project. Gradle 9 knows no other names. */
function buildFileArguments(path: string | undefined, version: string): readonly string[] {
  if (!path) return [];
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  if (/^build\.gradle(?:\.kts)?$/.test(name)) return folder === "." ? [] : ["--project-dir", folder];
  if (!isAtLeast(version, "9")) return ["--build-file", path];
  throw new UserError(
    "GRADLE_BUILD_FILE_INVALID",
    `BP_GRADLE_BUILD_FILE is "${path}", and Gradle ${version} knows no build files but build.gradle and build.gradle.kts`,
    {
      hint: "Rename the file, or name it in settings.gradle: rootProject.buildFileName = …",
    },
  );
}

/** True if Gradle is in offline mode. */
export const isOffline = (args: readonly string[]): boolean => args.includes("--offline");
