import type { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import * as v from "valibot";
import { invalidConfig, withCode } from "../config/problems.ts";
import { schemaIssue } from "../config/schema-issue.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { signersIssues } from "../config/verification/signers.ts";
import { isTable } from "../schema.ts";
import { hasSubject } from "./catalogue.ts";
import { isLicenseEntry } from "./components/licenses.ts";
import { parsePurl } from "./components/purl.ts";
import { type PolicyToml, policyTomlKeys, policyTomlSchema } from "./policy-schema.ts";

/**
 * Parses a policy; all errors are reported at once, with their positions.
 *
 * @throws CnbError POLICY_INVALID
 * @example `parsePolicyToml("[image]\nnon-root = true", "policy.toml")`
 */
export function parsePolicyToml(source: string | Uint8Array, file: string): PolicyToml {
  const table = datesAsText(withCode("POLICY_INVALID", () => parseToml(source, file)));
  const unknown = unknownKeys(table, policyTomlKeys);
  const result = v.safeParse(policyTomlSchema, table);
  const issues = [...unknown, ...(result.success ? policyIssues(result.output) : result.issues.map(schemaIssue))];
  if (result.success && issues.length === 0 && hasRule(result.output)) return result.output;
  if (issues.length === 0) issues.push({ path: "", message: "the policy has no rule" });
  throw invalidConfig("POLICY_INVALID", { file, source, issues, hint: "Correct the keys named above." });
}

/** TOML has dates. Schemas in editors see them as text. */
function datesAsText(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(datesAsText);
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, datesAsText(item)]));
}

function policyIssues(policy: PolicyToml): s.Issue[] {
  const { base, signatures, licenses, components, waivers } = policy;
  const purls = (["deny", "require"] as const).flatMap((list) =>
    (components?.[list] ?? []).flatMap(({ purl, version }, index): s.Issue[] =>
      purlIssues(`components.${list}[${index}]`, purl, version),
    ),
  );
  const entries = (["allow", "deny"] as const).flatMap((list) =>
    (licenses?.[list] ?? []).flatMap((entry, index): s.Issue[] =>
      isLicenseEntry(entry) ? [] : [{ path: `licenses.${list}[${index}]`, message: notALicense(entry) }],
    ),
  );
  const bases = (base?.allow ?? []).flatMap((entry, index): s.Issue[] =>
    Object.values(entry).some((value) => value !== undefined)
      ? []
      : [{ path: `base.allow[${index}]`, message: "needs one of image, digest, top-layer" }],
  );
  const unnamed = waivers.flatMap(({ rule, subject }, index): s.Issue[] =>
    subject === undefined && hasSubject(rule)
      ? [{ path: `waivers[${index}]`, message: `needs a subject, because findings of ${rule} have one` }]
      : [],
  );
  const signers = signatures === undefined ? [] : signersIssues(signatures, "signatures");
  return [...purls, ...entries, ...bases, ...signers, ...unnamed];
}

function purlIssues(path: string, text: string, range: string | undefined): s.Issue[] {
  const purl = parsePurl(text);
  if (purl === undefined)
    return [{ path: `${path}.purl`, message: `${JSON.stringify(text)} is not a Package URL such as pkg:npm/lodash` }];
  const isTwice = purl.version !== undefined && range !== undefined;
  return isTwice ? [{ path: `${path}.version`, message: "the Package URL has a version, too; write only one" }] : [];
}

const notALicense = (entry: string): string =>
  `${JSON.stringify(entry)} is not one licence of the SPDX list, with or without an exception; write LicenseRef-NAME or a pattern with * for others`;

/** An empty policy, such as one whose tables are commented out, would permit every image. */
const hasRule = ({ buildpacks, base, signatures, sbom, licenses, components, ...others }: PolicyToml): boolean =>
  buildpacks !== undefined ||
  base?.allow !== undefined ||
  base?.["max-age-days"] !== undefined ||
  signatures !== undefined ||
  sbom?.required === true ||
  (sbom?.formats.length ?? 0) > 0 ||
  licenses?.allow !== undefined ||
  (licenses?.deny.length ?? 0) > 0 ||
  licenses?.required === true ||
  (components?.deny.length ?? 0) + (components?.require.length ?? 0) > 0 ||
  others.image?.["max-size"] !== undefined ||
  others.image?.["non-root"] === true ||
  others.secrets?.deny === true ||
  others.vulnerabilities !== undefined;
