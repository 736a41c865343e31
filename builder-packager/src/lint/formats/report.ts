import { relative, sep } from "node:path";
import type { Position } from "../../config/toml-keys.ts";
import type { Severity } from "../catalogue.ts";

/** A finding in the form in which reports print it. Several commands create such findings. */
export interface ReportedFinding extends Position {
  readonly rule: string;
  readonly severity: Severity;
  /** The absolute path of the file. */
  readonly file: string;
  readonly message: string;
  /** The changes with which `--fix` corrects the file. */
  readonly edits: readonly unknown[];
  /** The reason why the finding does not count; undefined if it counts. */
  readonly suppressed?: string | undefined;
  /** Facts in addition to the message, for programs. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** The command that created a report, with its rules. */
export interface ReportingTool {
  /** The command, such as `cnb lint`. */
  readonly name: string;
  readonly rules: Readonly<Record<string, ReportedRule>>;
  /** The location of the reasons for findings that do not count: next to them, or in a file. */
  readonly suppressions: "inSource" | "external";
}

/** The description of a rule. */
export interface ReportedRule {
  readonly severity: Severity;
  /** One sentence: the state that the rule reports. */
  readonly summary: string;
  /** The consequence for users, and the remedy. */
  readonly why: string;
}

/** The findings of a run, and further data for a report. */
export interface Report {
  readonly tool: ReportingTool;
  readonly findings: readonly ReportedFinding[];
  /** The number of things that were checked, by their name in the plural. */
  readonly checked: Readonly<Record<string, number>>;
  /** The directory to which paths are relative. */
  readonly cwd: string;
  readonly version: string;
}

/** Returns the findings that no comment or waiver suppresses. */
export const countedFindings = ({ findings }: Pick<Report, "findings">) =>
  findings.filter(({ suppressed }) => suppressed === undefined);

/** Returns the path of a file for a report, with `/` on every operating system. */
export const shownPath = (file: string, cwd: string): string => relative(cwd, file).split(sep).join("/");
