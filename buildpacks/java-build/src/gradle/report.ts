import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The report of a project, written by the init script. */
export interface ProjectReport {
  /** The path of the project: `:shop:web`. */
  readonly path: string;
  /**
   * The absolute path of the project's directory. All other paths in the report are absolute as
   * well.
   */
  readonly dir: string;
  readonly buildDir: string;
  readonly coordinates: Coordinates;
  readonly archives: readonly ReportedArchive[];
  /** Directories that contain an installed distribution. */
  readonly installations: readonly string[];
  /** The names of the project's configurations, most relevant first. */
  readonly configurations: readonly ReportedConfiguration[];
}

export type Coordinates = readonly [group: string | null, name: string, version: string | null];

export interface ReportedArchive {
  readonly task: string;
  readonly file: string;
  readonly classifier: string;
  /** The names of the task's class and of its superclasses: `["BootJar", "Jar", "Zip", …]`. */
  readonly types: readonly string[];
  /** The libraries of a war for a server. */
  readonly libraries: readonly string[] | null;
}

export interface ReportedConfiguration {
  readonly name: string;
  /** The names of the components that this component depends on. */
  readonly dependencies: readonly string[];
  /** Components by name: `org.slf4j:slf4j-api:2.0.17`, `project :shop`. */
  readonly components: Readonly<Record<string, ReportedComponent>>;
  readonly files: readonly (readonly [component: string, file: string])[];
}

export interface ReportedComponent {
  readonly isModule: boolean;
  /** True for a platform, which has no file and only determines versions. */
  readonly isPlatform: boolean;
  readonly coordinates: Coordinates;
  readonly dependencies: readonly string[];
}

/**
 * Reads all reports in a directory, in build order. Also returns a message for each project without
 * a report.
 */
export function readReports(folder: string): {
  readonly projects: readonly ProjectReport[];
  readonly errors: readonly string[];
} {
  const names = readdirSync(folder).toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  const all = names.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as ProjectReport | FailedTask);
  return {
    projects: all.flatMap((report) => ("error" in report ? [] : [report])),
    errors: all.flatMap((report) => ("error" in report ? [`${report.path}: ${report.error}`] : [])),
  };
}

interface FailedTask {
  readonly path: string;
  readonly error: string;
}
