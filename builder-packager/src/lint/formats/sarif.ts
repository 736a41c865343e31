import { defined } from "../../defined.ts";
import { type Report, type ReportedFinding, type ReportedRule, shownPath } from "./report.ts";

/**
 * Formats a report as SARIF 2.1.0, which code scanning services read. Suppressed findings are
 * included, with the reason.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport(report: Report): string {
  const { tool, findings, version } = report;
  const rules = Object.entries(tool.rules).map(([id, rule]) => ruleDescriptor(id, rule));
  const run = {
    tool: { driver: { name: tool.name, version, rules } },
    columnKind: "utf16CodeUnits",
    results: findings.map((finding) => result(finding, report)),
  };
  const document = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const ruleDescriptor = (id: string, { summary, why, severity }: ReportedRule) => ({
  id,
  shortDescription: { text: summary },
  help: { text: why },
  defaultConfiguration: { level: severity },
});

function result(finding: ReportedFinding, { tool, cwd }: Report) {
  const { rule, severity, message, file, line, column, suppressed, details } = finding;
  const uri = shownPath(file, cwd).split("/").map(encodeURIComponent).join("/");
  const location = {
    artifactLocation: { uri, uriBaseId: "%SRCROOT%" },
    region: { startLine: line, startColumn: column },
  };
  const suppressions = suppressed === undefined ? undefined : [{ kind: tool.suppressions, justification: suppressed }];
  return {
    ruleId: rule,
    ruleIndex: Object.keys(tool.rules).indexOf(rule),
    level: severity,
    message: { text: message },
    locations: [{ physicalLocation: location }],
    ...defined({ suppressions, properties: details }),
  };
}
