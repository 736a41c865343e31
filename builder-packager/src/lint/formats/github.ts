import { countedFindings, type Report, shownPath } from "./report.ts";

/**
 * Formats a report as workflow commands of GitHub Actions, which show each finding next to its
 * line.
 */
export const githubReport = (report: Report): string =>
  countedFindings(report)
    .map(({ file, line, column, severity, rule, message }) => {
      const properties = {
        file: shownPath(file, report.cwd),
        line,
        col: column,
        title: `${report.tool.name}: ${rule}`,
      };
      const listed = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
      return `::${severity} ${listed.join(",")}::${escapedData(message)}\n`;
    })
    .join("");

/**
 * @see
 * https://github.com/actions/toolkit/blob/683703c1149439530dcee7b8c7dbbfeec4104368/packages/core/src/command.ts
 */
const escapedData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const escapedProperty = (text: string): string => escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
