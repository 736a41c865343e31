import { matchesGlob } from "../components/glob.ts";
import { refusedLicenses } from "../components/licenses.ts";
import { parsePurl } from "../components/purl.ts";
import type { RangeMatch } from "../components/version-range.ts";
import type { CheckedImage, Component } from "../facts/facts.ts";
import type { Violation } from "../finding.ts";
import type { Policy } from "../policy.ts";

/** Reports an image without SBOM. */
export function sbomViolations({ sboms = [], kind }: CheckedImage, { sbom }: Policy): readonly Violation[] {
  if (sbom === undefined) return [];
  // An app contains the SBOM of its base, which does not describe the app.
  const own = sboms.filter(({ format, isOfBase }) => format !== undefined && (kind !== "app" || !isOfBase));
  const found = { rule: "sbom", subject: "" } as const;
  if (own.length === 0)
    return [
      {
        ...found,
        path: "sbom",
        message: sboms.every(({ format }) => format === undefined)
          ? "has no SBOM"
          : "has an SBOM of its base image, but none of the app",
      },
    ];
  return sbom.formats
    .filter((format) => !own.some((each) => each.format === format))
    .map((format) => ({ ...found, path: "sbom.formats", message: `has no SBOM in the format ${format}` }));
}

/** Reports components whose licences the policy does not permit. */
export function licenseViolations({ components = [] }: CheckedImage, { licenses }: Policy): readonly Violation[] {
  if (licenses === undefined) return [];
  const { allow, deny, required } = licenses;
  return components.flatMap((component): readonly Violation[] => {
    const found = { rule: "license", subject: shownName(component) } as const;
    if (component.licenses.length === 0)
      return required
        ? [{ ...found, path: "licenses.required", message: `contains ${found.subject}, whose licence is unknown` }]
        : [];
    const refused = [...new Set(component.licenses.flatMap((text) => refusedLicenses(text, { allow, deny })))];
    if (refused.length === 0) return [];
    const license = component.licenses.join(" AND ");
    const isDenied = refused.some((text) => refusedLicenses(text, { allow: undefined, deny }).length > 0);
    return [
      {
        ...found,
        path: isDenied ? "licenses.deny" : "licenses.allow",
        message: `contains ${found.subject} with the licence ${license}, which the policy ${isDenied ? "denies" : "does not allow"}`,
        details: { component: found.subject, license },
      },
    ];
  });
}

/** Reports components that the policy denies, and required components that are missing. */
export const componentViolations = (image: CheckedImage, policy: Policy): readonly Violation[] => [
  ...deniedComponents(image, policy),
  ...missingComponents(image, policy),
];

function deniedComponents({ components = [] }: CheckedImage, policy: Policy): readonly Violation[] {
  return (policy.components?.deny ?? []).flatMap((entry, index) => {
    const path = `components.deny[${index}]`;
    return components.flatMap((component): readonly Violation[] => {
      const match = matchOf(component, entry.purl, policy, path);
      if (match === "outside") return [];
      const subject = shownName(component);
      const reason = entry.reason === undefined ? "" : `: ${entry.reason}`;
      const text =
        match === "inside" ? "which the policy denies" : "whose version cannot be compared with the denied versions";
      return [{ rule: "component-denied", path, subject, message: `contains ${subject}, ${text}${reason}` }];
    });
  });
}

function missingComponents({ components = [] }: CheckedImage, policy: Policy): readonly Violation[] {
  return (policy.components?.require ?? []).flatMap((entry, index): readonly Violation[] => {
    const path = `components.require[${index}]`;
    if (components.some((component) => matchOf(component, entry.purl, policy, path) === "inside")) return [];
    const wanted = entry.version === undefined ? entry.purl : `${entry.purl} in version ${entry.version}`;
    const reason = entry.reason === undefined ? "" : `: ${entry.reason}`;
    return [
      {
        rule: "component-required",
        path,
        subject: entry.purl,
        message: `does not contain ${wanted}, which the policy requires${reason}`,
      },
    ];
  });
}

function matchOf({ purl, version }: Component, pattern: string, { ranges }: Policy, path: string): RangeMatch {
  const wanted = parsePurl(pattern);
  const found = purl === undefined ? undefined : parsePurl(purl);
  if (wanted === undefined || found === undefined) return "outside";
  if (!matchesGlob(wanted.type, found.type) || !matchesGlob(wanted.path, found.path)) return "outside";
  if (wanted.version?.includes("*")) return matchesGlob(wanted.version, version) ? "inside" : "outside";
  return ranges.get(path)?.(version) ?? "inside";
}

const shownName = ({ name, version }: Component): string => (version === "" ? name : `${name}@${version}`);
