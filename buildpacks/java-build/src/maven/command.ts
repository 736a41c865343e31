import { join } from "node:path";
import type { Project, Work } from "../build-tool.ts";
import { argumentsIn } from "../command-line.ts";
import type { PomFile } from "./poms.ts";

/**
 * The files that Maven reads in addition to the project, and the report extension with its output
 * path.
 */
export interface MavenFiles {
  readonly report: { readonly extension: string; readonly file: string } | undefined;
  /**
   * The absolute path of the user's settings file. `globalSettings` and `security` are paths as
   * well.
   */
  readonly settings: string | undefined;
  readonly globalSettings: string | undefined;
  readonly security: string | undefined;
  /** The texts of all poms and of `.mvn/maven.config`. */
  readonly texts: readonly string[];
}

/**
 * Returns the arguments for Maven. The user's arguments come last, so that they take precedence.
 */
export function mavenArguments({ project, home, tool }: Work, pom: string, files: MavenFiles): readonly string[] {
  const { settings } = project;
  const wanted = [
    ...wantedArguments(project, tool.version),
    ...argumentsIn(settings.BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS),
  ];
  const isSet = (name: string) => [...wanted, ...files.texts].some((text) => text.includes(name));
  const profiles = settings.BP_MAVEN_ACTIVE_PROFILES?.trim();
  return [
    "--batch-mode",
    ...(pom === "pom.xml" ? [] : ["--file", pom]),
    ...(files.settings === undefined ? [] : ["--settings", files.settings]),
    ...(files.globalSettings === undefined || isSet("--global-settings") || wanted.includes("-gs")
      ? []
      : ["--global-settings", files.globalSettings]),
    ...(files.security === undefined ? [] : [`-Dsettings.security=${files.security}`]),
    ...(isSet("maven.repo.local") ? [] : [`-Dmaven.repo.local=${join(home, "repository")}`]),
    ...(isSet("project.build.outputTimestamp") ? [] : [`-Dproject.build.outputTimestamp=${timestamp(project)}`]),
    ...(files.report === undefined
      ? []
      : [`-Dmaven.ext.class.path=${files.report.extension}`, `-Dlibcnb.report=${files.report.file}`]),
    ...(profiles ? ["--activate-profiles", profiles.split(/[\s,]+/).join(",")] : []),
    ...wanted,
  ];
}

/** As Paketo's buildpack has it, so that what replaces it is known. */
const usual = ["-Dmaven.test.skip=true", "--no-transfer-progress", "package"];

function wantedArguments({ settings }: Project, version: string): readonly string[] {
  const wanted = argumentsIn(settings.BP_MAVEN_BUILD_ARGUMENTS);
  if (wanted.length > 0) return wanted;
  const [, minor = "9", patch = "0"] = /^3\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  const isOld = Number(minor) < 6 || (minor === "6" && patch === "0"); // does not know how to keep quiet of downloads
  return isOld ? usual.filter((word) => word !== "--no-transfer-progress") : usual;
}

/**
 * The time that archives have their files from, so that they are the same each time: that of SOURCE_DATE_EPOCH, else the
 * first that zip archives know and Maven admits.
 */
function timestamp({ env }: Project): string {
  const seconds = Number(env.SOURCE_DATE_EPOCH);
  const first = 315_532_802; // 1980-01-01T00:00:02Z
  return new Date(Math.max(Number.isSafeInteger(seconds) ? seconds : first, first) * 1000)
    .toISOString()
    .replace(".000", "");
}

/** True if Maven is in offline mode. */
export const isOffline = (args: readonly string[]): boolean =>
  args.some((each) => each === "-o" || each === "--offline");

export const textsOf = (poms: readonly PomFile[]): readonly string[] => poms.map(({ text }) => text);
