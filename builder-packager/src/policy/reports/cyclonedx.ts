import { type Json, objectIn, objectsIn, textIn, textsIn } from "../../sbom/json.ts";
import {
  type Analysis,
  digestsIn,
  higher,
  type Severity,
  severities,
  severityOfScore,
  type Vulnerability,
  type VulnerabilityReport,
} from "./vulnerability.ts";

/** The states of an analysis by which a vulnerability does not count. */
const harmless = ["not_affected", "false_positive", "resolved", "resolved_with_pedigree"];

/**
 * Reads the vulnerabilities in a CycloneDX document of a scanner, and the analyses of
 * vulnerabilities in a VEX document.
 *
 * @see https://cyclonedx.org/docs/1.6/json/#vulnerabilities
 */
export function cyclonedxReport(document: Json, file: string): VulnerabilityReport {
  const purls = componentPurls(document);
  const all = objectsIn(document["vulnerabilities"]);
  // A scanner lists the components of the image. A VEX analyses vulnerabilities that a scanner has found.
  const isScan =
    objectsIn(document["components"]).length > 0 || all.length === 0 || all.some(({ analysis }) => !objectIn(analysis));
  const counted = isScan ? all : all.filter((each) => !isHarmless(each));
  return {
    file,
    digests: imageDigests(document),
    isScan,
    vulnerabilities: counted.flatMap((each) => vulnerabilitiesOf(each, purls, file)),
    analyses: all.flatMap((each) => analysisOf(each, purls)),
  };
}

/**
 * A scanner names the scanned image as the component that the document describes. Properties of
 * Trivy contain the digests of the image and those of its layers.
 */
function imageDigests({ metadata }: Json): readonly string[] {
  const component = objectIn(objectIn(metadata)?.["component"]) ?? {};
  const properties = objectsIn(component["properties"])
    .filter(({ name }) => /:(?:ImageID|RepoDigest)$/.test(textIn(name) ?? ""))
    .map(({ value }) => textIn(value));
  const texts = [component["purl"], component["bom-ref"], component["version"], ...properties];
  return [...new Set(texts.flatMap((text) => digestsIn(textIn(text) ?? "")))];
}

/** The Package URLs of components by their reference. */
function componentPurls(document: Json): ReadonlyMap<string, string> {
  const purls = new Map<string, string>();
  const pending = [...objectsIn(document["components"])];
  for (let component = pending.pop(); component !== undefined; component = pending.pop()) {
    const [ref, purl] = [textIn(component["bom-ref"]), textIn(component["purl"])];
    if (ref !== undefined && purl !== undefined) purls.set(ref, purl);
    for (const child of objectsIn(component["components"])) pending.push(child);
  }
  return purls;
}

const refsOf = ({ affects }: Json): readonly string[] => objectsIn(affects).flatMap(({ ref }) => textIn(ref) ?? []);

function vulnerabilitiesOf(each: Json, purls: ReadonlyMap<string, string>, file: string): readonly Vulnerability[] {
  const found = { id: textIn(each["id"]) ?? "", severity: severityIn(each["ratings"]), report: file };
  const refs = refsOf(each);
  if (refs.length === 0) return [{ ...found, component: "" }];
  return refs.map((ref) => ({ ...found, component: purls.get(ref) ?? ref, ref }));
}

function severityIn(ratings: unknown): Severity | undefined {
  return objectsIn(ratings).reduce<Severity | undefined>((highest, { severity, score }) => {
    const named = severities.find((one) => one === severity);
    return higher(highest, named ?? (typeof score === "number" ? severityOfScore(score) : undefined));
  }, undefined);
}

const isHarmless = ({ analysis }: Json): boolean => harmless.includes(textIn(objectIn(analysis)?.["state"]) ?? "");

function analysisOf(each: Json, purls: ReadonlyMap<string, string>): readonly Analysis[] {
  const { state, justification, detail } = objectIn(each["analysis"]) ?? {};
  const named = textIn(state) ?? "";
  const id = textIn(each["id"]);
  if (id === undefined || !isHarmless(each)) return [];
  const reason = textIn(justification) ?? textIn(detail) ?? textsIn(detail)[0];
  const affects = refsOf(each).flatMap((ref) => [ref, purls.get(ref) ?? ref.replace(/^.*#/s, "")]);
  return [{ id, text: reason === undefined ? named : `${named}: ${reason}`, affects }];
}
