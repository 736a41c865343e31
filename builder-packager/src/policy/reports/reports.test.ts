import fc from "fast-check";
import { expect, test } from "vitest";
import { combinedVulnerabilities } from "./analyses.ts";
import { parseVulnerabilityReport } from "./read-report.ts";

const parse = (document: unknown, file = "report.json") => parseVulnerabilityReport(JSON.stringify(document), file);
const shown = (documents: readonly unknown[]) =>
  combinedVulnerabilities(documents.map((each) => parse(each))).map(
    ({ id, severity, component, analysis }) =>
      `${id} ${severity} ${component}${analysis === undefined ? "" : ` (${analysis})`}`,
  );

const hex = "a".repeat(64);
const sarif = (results: readonly object[], rules: readonly object[] = [], properties = {}) => ({
  version: "2.1.0",
  runs: [{ tool: { driver: { name: "scanner", rules } }, properties, results }],
});
const cyclonedx = (vulnerabilities: readonly object[], more = {}) => ({
  bomFormat: "CycloneDX",
  vulnerabilities,
  ...more,
});

test("vulnerabilities that Trivy found are read from SARIF", () => {
  const rules = [{ id: "CVE-2024-1", properties: { "security-severity": "9.8" } }];
  const text = "Package: libssl3\nInstalled Version: 3.0.1\nVulnerability CVE-2024-1\nSeverity: CRITICAL";
  const document = sarif([{ ruleId: "CVE-2024-1", ruleIndex: 0, level: "error", message: { text } }], rules, {
    imageID: `sha256:${hex}`,
    repoDigests: null,
  });
  expect(shown([document])).toEqual(["CVE-2024-1 critical libssl3@3.0.1"]);
  expect(parse(document).digests).toEqual([`sha256:${hex}`]);
});

test("vulnerabilities that Grype found are read from SARIF", () => {
  const rules = [
    { id: "CVE-2024-12345-openssl", properties: { "security-severity": "7.5", purls: ["pkg:deb/debian/openssl@3"] } },
  ];
  expect(shown([sarif([{ ruleId: "CVE-2024-12345-openssl", level: "error" }], rules)])).toEqual([
    "CVE-2024-12345 high pkg:deb/debian/openssl@3",
  ]);
});

test.for<readonly [name: string, result: object]>([
  ["that is suppressed", { suppressions: [{ kind: "external", status: "accepted" }] }],
  ["of the kind pass", { kind: "pass" }],
  ["that is absent from the baseline", { baselineState: "absent" }],
])("a SARIF result %s is ignored", ([, result]) => {
  expect(shown([sarif([{ ruleId: "CVE-2024-1", ...result }])])).toEqual([]);
});

test("a SARIF result whose suppression is under review is included, with the severity of its level", () => {
  const suppressions = [{ kind: "external", status: "underReview" }];
  expect(shown([sarif([{ ruleId: "X-1", level: "warning", suppressions }, { ruleId: "X-2" }])])).toEqual([
    "X-1 medium ",
    "X-2 undefined ",
  ]);
});

const affects = [{ ref: "a" }];
const components = { components: [{ "bom-ref": "a", purl: "pkg:npm/a@1.0.0" }] };

test("a vulnerability in a CycloneDX document gets the highest severity of its ratings", () => {
  const ratings = [{ severity: "medium" }, { score: 9.1 }, { severity: "none" }];
  expect(shown([cyclonedx([{ id: "CVE-2024-1", ratings, affects }, { id: "CVE-2024-2" }], components)])).toEqual([
    "CVE-2024-1 critical pkg:npm/a@1.0.0",
    "CVE-2024-2 undefined ",
  ]);
});

test("the digest of the scanned image is read from a CycloneDX report", () => {
  const image = (component: object) => parse(cyclonedx([], { metadata: { component } })).digests;
  expect(image({ purl: `pkg:oci/app@sha256%3A${hex}?arch=amd64` })).toEqual([`sha256:${hex}`]);
  expect(image({ version: `sha256:${hex}` })).toEqual([`sha256:${hex}`]);
  const property = (name: string) => ({ name: `aquasecurity:trivy:${name}`, value: `sha256:${hex}` });
  expect(image({ properties: [property("ImageID")] })).toEqual([`sha256:${hex}`]);
  expect(image({ properties: [property("DiffID")] })).toEqual([]);
  expect(image({ name: "app" })).toEqual([]);
});

const analyzed = (state: string) => {
  const [found] = combinedVulnerabilities([parse(cyclonedx([{ id: "CVE-2024-1", analysis: { state } }], components))]);
  return found?.analysis;
};

test.for(["not_affected", "false_positive", "resolved", "resolved_with_pedigree"])(
  "a vulnerability with the CycloneDX analysis state %s is treated as harmless",
  (state) => expect(analyzed(state)).toBe(state),
);

test.for(["exploitable", "in_triage", "unheard-of"])(
  "a vulnerability with the CycloneDX analysis state %s is not treated as harmless",
  (state) => expect(analyzed(state)).toBeUndefined(),
);

test.for<readonly [name: string, affects: readonly string[], isHarmless: boolean]>([
  ["without components applies to every component", [], true],
  ["for the reference of a component applies to the component", ["a"], true],
  ["for the Package URL of a component applies to the component", ["pkg:npm/a@1.0.0?arch=x"], true],
  ["for a Package URL without a version applies to the component", ["pkg:npm/a"], true],
  ["for a link to a component applies to the component", ["urn:cdx:0/1#pkg:npm/a@1.0.0"], true],
  ["for another version of a component does not apply to the component", ["pkg:npm/a@1.0.1"], false],
  ["for another component does not apply to the component", ["pkg:npm/b", "b"], false],
])("a VEX document %s", ([, refs, isHarmless]) => {
  const vex = cyclonedx([
    {
      id: "CVE-2024-1",
      analysis: { state: "not_affected", justification: "code_not_reachable" },
      affects: refs.map((ref) => ({ ref })),
    },
  ]);
  const scan = cyclonedx([{ id: "CVE-2024-1", affects }], components);
  const [found] = combinedVulnerabilities([scan, vex].map((each) => parse(each)));
  expect(found?.analysis).toBe(isHarmless ? "not_affected: code_not_reachable" : undefined);
});

test("a VEX document applies to a component that a scanner reports without a Package URL", () => {
  const text = "Package: a\nInstalled Version: 1.0.0\n";
  const scan = sarif([{ ruleId: "CVE-2024-1", message: { text } }]);
  const vex = (ref: string) => cyclonedx([{ id: "CVE-2024-1", analysis: { state: "resolved" }, affects: [{ ref }] }]);
  expect(shown([scan, vex("pkg:npm/a@1.0.0")])[0]).toContain("(resolved)");
  expect(shown([scan, vex("pkg:npm/a@2.0.0")])[0]).not.toContain("(resolved)");
});

test("a CycloneDX document with an analysis but without components is not a scan report", () => {
  expect(parse(cyclonedx([{ id: "CVE-2024-1", analysis: { state: "resolved" } }])).isScan).toBe(false);
  expect(parse(cyclonedx([{ id: "CVE-2024-1", analysis: { state: "resolved" } }], components)).isScan).toBe(true);
  expect(parse(cyclonedx([])).isScan).toBe(true);
});

test.for(["{", "[]", "{}", `{"bomFormat":"SPDX"}`, "null", `{"runs":{}}`])(
  "the vulnerability report %j is refused",
  (text) => {
    expect(() => parseVulnerabilityReport(text, "a.json")).toThrow("cannot read the vulnerability report a.json");
  },
);

test("vulnerability reports with any values are read or refused without an unexpected exception", () => {
  const any = fc.jsonValue();
  const record = fc.record({
    bomFormat: fc.constant("CycloneDX"),
    metadata: fc.oneof(any, fc.record({ component: any })),
    components: fc.oneof(any, fc.array(fc.record({ "bom-ref": any, purl: any, components: any }))),
    vulnerabilities: fc.oneof(
      any,
      fc.array(
        fc.record({
          id: any,
          ratings: any,
          affects: fc.oneof(any, fc.array(fc.record({ ref: any }))),
          analysis: fc.oneof(any, fc.record({ state: any, detail: any })),
        }),
      ),
    ),
  });
  const run = fc.record({
    tool: fc.oneof(any, fc.record({ driver: fc.oneof(any, fc.record({ rules: any })) })),
    properties: any,
    results: fc.oneof(
      any,
      fc.array(fc.record({ ruleId: any, ruleIndex: any, message: any, level: any, suppressions: any })),
    ),
  });
  const reports = fc.oneof(record, fc.record({ runs: fc.array(fc.oneof(any, run)) }));
  fc.assert(fc.property(reports, (document) => void combinedVulnerabilities([parse(document)])));
});
