import { relative, sep } from "node:path";
import type { Finding } from "../finding.ts";

/** The findings of a run and what a report contains in addition. */
export interface Report {
  readonly findings: readonly Finding[];
  /** The number of files that were checked. */
  readonly files: number;
  /** The directory to which paths are relative. */
  readonly cwd: string;
  readonly version: string;
}

/** The findings that no comment switches off. */
export const countedFindings = ({ findings }: Pick<Report, "findings">) =>
  findings.filter(({ suppressed }) => suppressed === undefined);

/** The path of a file in a report, with `/` on every system. */
export const shownPath = (file: string, cwd: string): string => relative(cwd, file).split(sep).join("/");
