import { printable } from "../../text/printable.ts";
import { githubReport } from "./github.ts";
import { countedFindings, type Report, shownPath } from "./report.ts";
import type { ReportFormat } from "./report-formats.ts";
import { sarifReport } from "./sarif.ts";

/** Formats a report. The text ends with a newline, unless it is empty. */
export function formatReport(format: ReportFormat, report: Report): string {
  if (format === "sarif") return sarifReport(report);
  if (format === "github") return githubReport(report);
  return format === "json" ? jsonReport(report) : textReport(report);
}

/** The form of compilers, which editors recognize. */
const textReport = (report: Report): string =>
  countedFindings(report)
    .map(({ file, line, column, severity, message, rule, edits }) => {
      const isFixable = edits.length > 0 ? ", --fix" : "";
      const text = message.replaceAll("\n", " ");
      return `${printable(`${shownPath(file, report.cwd)}:${line}:${column}: ${severity}: ${text} [${rule}${isFixable}]`)}\n`;
    })
    .join("");

function jsonReport(report: Report): string {
  const counted = countedFindings(report);
  const document = {
    version: 1,
    ...report.checked,
    errors: counted.filter(({ severity }) => severity === "error").length,
    warnings: counted.filter(({ severity }) => severity === "warning").length,
    findings: counted.map(({ file, line, column, severity, rule, message, edits, details }) => {
      const more = details ?? { fixable: edits.length > 0 };
      return { file: shownPath(file, report.cwd), line, column, severity, rule, message, ...more };
    }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
