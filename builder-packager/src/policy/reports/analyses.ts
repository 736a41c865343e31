import { parsePurl } from "../components/purl.ts";
import type { Analysis, Vulnerability, VulnerabilityReport } from "./vulnerability.ts";

/**
 * Combines vulnerability reports. An analysis in any report applies to vulnerabilities in all
 * reports. A vulnerability that several reports list for one component is returned once.
 */
export function combinedVulnerabilities(reports: readonly VulnerabilityReport[]): readonly Vulnerability[] {
  const analyses = Map.groupBy(
    reports.flatMap((report) => report.analyses),
    ({ id }) => id,
  );
  const found = new Map<string, Vulnerability>();
  for (const vulnerability of reports.flatMap((report) => report.vulnerabilities)) {
    const key = JSON.stringify([vulnerability.id, vulnerability.component]);
    if (found.has(key)) continue;
    const analysis = analyses.get(vulnerability.id)?.find((each) => concerns(each, vulnerability));
    found.set(key, { ...vulnerability, analysis: analysis?.text });
  }
  return [...found.values()];
}

const concerns = ({ affects }: Analysis, { component, ref }: Vulnerability): boolean =>
  affects.length === 0 || affects.some((each) => each === ref || isSameComponent(each, component));

/** Compares a component of an analysis, whose version may be missing, with one of a scanner. */
function isSameComponent(analysed: string, component: string): boolean {
  if (analysed === component) return true;
  const wanted = parsePurl(analysed);
  if (wanted === undefined) return false;
  const found = parsePurl(component) ?? nameAndVersion(component);
  const isNamed =
    "type" in found
      ? found.type === wanted.type && found.path === wanted.path
      : found.path === wanted.path || found.path === wanted.path.split("/").at(-1);
  return isNamed && (wanted.version === undefined || wanted.version === found.version);
}

/** A component without Package URL: `NAME@VERSION`. */
function nameAndVersion(text: string): { readonly path: string; readonly version?: string | undefined } {
  const at = text.lastIndexOf("@");
  return at > 0 ? { path: text.slice(0, at), version: text.slice(at + 1) } : { path: text };
}
