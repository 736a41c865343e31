import { type RuleCode, ruleCatalogue, ruleOf } from "../catalogue.ts";
import type { Finding } from "../finding.ts";
import { type Report, shownPath } from "./report.ts";

/**
 * SARIF 2.1.0, which code scanning services read. Findings that comments switch off are included,
 * with the reason.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport({ findings, cwd, version }: Report): string {
  const codes = Object.keys(ruleCatalogue) as RuleCode[];
  const run = {
    tool: { driver: { name: "cnb lint", version, rules: codes.map(ruleDescriptor) } },
    columnKind: "utf16CodeUnits",
    results: findings.map((finding) => result(finding, codes, cwd)),
  };
  const document = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function ruleDescriptor(id: RuleCode) {
  const { summary, why, severity } = ruleOf(id);
  return {
    id,
    shortDescription: { text: summary },
    help: { text: why },
    defaultConfiguration: { level: severity },
  };
}

function result(
  { rule, severity, message, file, line, column, suppressed }: Finding,
  codes: readonly RuleCode[],
  cwd: string,
) {
  const uri = shownPath(file, cwd).split("/").map(encodeURIComponent).join("/");
  const location = {
    artifactLocation: { uri, uriBaseId: "%SRCROOT%" },
    region: { startLine: line, startColumn: column },
  };
  const common = {
    ruleId: rule,
    ruleIndex: codes.indexOf(rule),
    level: severity,
    message: { text: message },
    locations: [{ physicalLocation: location }],
  };
  return suppressed === undefined
    ? common
    : { ...common, suppressions: [{ kind: "inSource", justification: suppressed }] };
}
