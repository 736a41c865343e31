import { readConfigFile } from "../../config/read-file.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { objectIn } from "../../sbom/json.ts";
import { cyclonedxReport } from "./cyclonedx.ts";
import { sarifReport } from "./sarif.ts";
import type { VulnerabilityReport } from "./vulnerability.ts";

/**
 * Reads a vulnerability report: SARIF, or CycloneDX with vulnerabilities or a VEX.
 *
 * @throws CnbError VULNERABILITY_REPORT_INVALID
 */
export async function readVulnerabilityReport(file: string): Promise<VulnerabilityReport> {
  const refusal = (reason: string) => invalid(file, reason);
  const bytes = await readConfigFile(file, { unreadable: refusal, tooLarge: refusal }, limits.vulnerabilityReport.most);
  return parseVulnerabilityReport(Buffer.from(bytes).toString(), file);
}

/**
 * Parses a vulnerability report.
 *
 * @throws CnbError VULNERABILITY_REPORT_INVALID
 */
export function parseVulnerabilityReport(text: string, file: string): VulnerabilityReport {
  const document = objectIn(json(text));
  if (document?.["bomFormat"] === "CycloneDX") return cyclonedxReport(document, file);
  if (Array.isArray(document?.["runs"])) return sarifReport(document, file);
  throw invalid(file, "it is neither SARIF nor CycloneDX in JSON");
}

function json(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

const invalid = (file: string, reason: string): CnbError =>
  new CnbError("VULNERABILITY_REPORT_INVALID", `cannot read the vulnerability report ${file}: ${reason}`, {
    hint: "Write the report as SARIF or CycloneDX JSON, for example with trivy image --format sarif or grype -o cyclonedx-json.",
  });
