import { printable } from "../text/printable.ts";
import { policyRules } from "./catalogue.ts";
import type { CheckedImage } from "./facts/facts.ts";
import type { PolicyFinding } from "./finding.ts";
import type { Policy } from "./policy.ts";
import { baseViolations } from "./rules/base-rules.ts";
import { buildpackViolations } from "./rules/buildpack-rules.ts";
import { componentViolations, licenseViolations, sbomViolations } from "./rules/component-rules.ts";
import { imageViolations } from "./rules/image-rules.ts";
import { type VulnerabilityViolation, vulnerabilityViolations } from "./rules/vulnerability-rules.ts";
import { applyWaivers, type WaivedFindings } from "./waivers.ts";

/**
 * Returns the findings about images: violations of a policy, after its waivers were applied.
 *
 * @param now the current time, which determines the age of base images and whether a waiver has
 * expired
 */
export function decide(images: readonly CheckedImage[], policy: Policy, now: Date): WaivedFindings {
  return applyWaivers(
    images.flatMap((image) => findingsOf(image, policy, now)),
    policy,
    now,
  );
}

function findingsOf(image: CheckedImage, policy: Policy, now: Date): readonly PolicyFinding[] {
  const violations: readonly VulnerabilityViolation[] = [
    ...buildpackViolations(image, policy),
    ...baseViolations(image, policy, now),
    ...imageViolations(image, policy),
    ...sbomViolations(image, policy),
    ...licenseViolations(image, policy),
    ...componentViolations(image, policy),
    ...vulnerabilityViolations(image, policy),
  ];
  return violations.map(({ analysis, ...violation }) => ({
    ...violation,
    severity: policyRules[violation.rule].severity,
    image: image.name,
    platform: image.platform,
    digest: image.digest,
    message: shortened(violation.message),
    suppressed: analysis,
  }));
}

/** Names in images and reports can have any length and any characters. */
const shortened = (text: string): string => {
  const line = printable(text.length > 1000 ? `${text.slice(0, 1000)}…` : text);
  return line.replaceAll(/[\n\t]/g, " ");
};
