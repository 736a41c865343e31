import { type Json, objectIn, objectsIn, textIn, textsIn } from "../../sbom/json.ts";
import {
  digestsIn,
  type Severity,
  severityOfScore,
  type Vulnerability,
  type VulnerabilityReport,
} from "./vulnerability.ts";

/**
 * Reads the vulnerabilities in a SARIF report. Suppressed results are ignored.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport(document: Json, file: string): VulnerabilityReport {
  const runs = objectsIn(document["runs"]);
  return {
    file,
    digests: runs.flatMap(({ properties }) => imageDigests(objectIn(properties))),
    isScan: true,
    vulnerabilities: runs.flatMap((run) => runVulnerabilities(run, file)),
    analyses: [],
  };
}

/** Trivy names the image in the properties of the run. */
function imageDigests(properties: Json = {}): readonly string[] {
  const texts = [textIn(properties["imageID"]) ?? "", ...textsIn(properties["repoDigests"])];
  return texts.flatMap(digestsIn);
}

function runVulnerabilities({ tool, results }: Json, file: string): readonly Vulnerability[] {
  const rules = objectsIn(objectIn(objectIn(tool)?.["driver"])?.["rules"]);
  const byId = new Map(rules.map((rule) => [textIn(rule["id"]) ?? "", rule]));
  return objectsIn(results)
    .filter(isOpen)
    .map((result) => vulnerability(result, ruleOf(result, rules, byId), file));
}

const isOpen = ({ kind, baselineState, suppressions }: Json): boolean =>
  !["pass", "notApplicable", "informational"].includes(textIn(kind) ?? "fail") &&
  baselineState !== "absent" &&
  !objectsIn(suppressions).some(({ status }) => status === undefined || status === "accepted");

function ruleOf({ ruleId, ruleIndex }: Json, rules: readonly Json[], byId: ReadonlyMap<string, Json>): Json {
  const indexed = typeof ruleIndex === "number" ? rules[ruleIndex] : undefined;
  return indexed ?? byId.get(textIn(ruleId) ?? "") ?? {};
}

function vulnerability(result: Json, rule: Json, file: string): Vulnerability {
  const { ruleId, level, message } = result;
  const properties = objectIn(rule["properties"]) ?? {};
  const written = textIn(ruleId) ?? textIn(rule["id"]) ?? "";
  const text = textIn(objectIn(message)?.["text"]) ?? "";
  return {
    id: identifierIn(written),
    severity: severityOf(properties, level ?? objectIn(rule["defaultConfiguration"])?.["level"]),
    component: textsIn(properties["purls"])[0] ?? packageIn(text),
    report: file,
  };
}

const identifier = /\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})\b/i;

/** Grype writes `CVE-2024-1234-openssl` as the id of a rule. */
const identifierIn = (text: string): string => identifier.exec(text.slice(0, 500))?.[0] ?? text;

/** Trivy writes the package into lines of the message. */
function packageIn(text: string): string {
  const [, name = ""] = /^Package: (\S+)$/m.exec(text.slice(0, 2000)) ?? [];
  const [, version] = /^Installed Version: (\S+)$/m.exec(text.slice(0, 2000)) ?? [];
  return version === undefined ? name : `${name}@${version}`;
}

const levels: Readonly<Record<string, Severity>> = { error: "high", warning: "medium", note: "low" };

function severityOf(properties: Json, level: unknown): Severity | undefined {
  const score = severityOfScore(Number(textIn(properties["security-severity"])));
  return score ?? levels[textIn(level) ?? ""];
}
