import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import type { Project, ToolLocation, Variables } from "../build-tool.ts";

/**
 * Returns the environment variables for Gradle. They set the file encoding to UTF-8, because Java
 * before version 18 reads sources as ASCII if no locale is set. The user's settings come last.
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

/** The directory for the reports of the init script. */
export const reportFolder = (workDir: string): string => join(workDir, "report");
