/** The description of a rule of policies. */
interface PolicyRule {
  readonly severity: "error" | "warning";
  /** One sentence: the state that the rule reports. */
  readonly summary: string;
  /** The consequence for users, and the remedy. */
  readonly why: string;
  /** The subject of a finding, which a waiver names; absent if the subject is the image. */
  readonly subject?: string;
}

/** All rules of policies. The codes never change, because waivers and reports contain them. */
export const policyRules = {
  "base-age": {
    severity: "error",
    summary: "The base image is older than `base.max-age-days`, or the age of the base image is unknown.",
    why: "An old base image lacks security updates. Rebase the image onto a newer base with `cnb rebase`.",
  },
  "base-image": {
    severity: "error",
    summary: "The base image, or a run image of a builder, is not in `base.allow`.",
    why: "Build or rebase the image with a base that the policy allows.",
    subject: "the name of the base image",
  },
  buildpack: {
    severity: "error",
    summary: "A buildpack or extension is not in `buildpacks.allow`, or the image was not built by buildpacks.",
    why: "Build the image with buildpacks that the policy allows.",
    subject: "ID@VERSION",
  },
  "buildpack-digest": {
    severity: "warning",
    summary: "The image does not record the digest of a buildpack, so the digest was not compared.",
    why: "An app image records ids and versions. Check the digests of its builder, and require signatures.",
    subject: "ID@VERSION",
  },
  "component-denied": {
    severity: "error",
    summary: "The SBOMs list a component that `components.deny` matches.",
    why: "Replace the component, or use a version that the policy allows.",
    subject: "the Package URL",
  },
  "component-required": {
    severity: "error",
    summary: "The SBOMs list no component that an entry of `components.require` matches.",
    why: "Add the component, or use a base image or buildpack that contains it.",
    subject: "the Package URL in the policy",
  },
  "image-size": {
    severity: "error",
    summary: "The image is larger than `image.max-size`.",
    why: "Run `cnb inspect IMAGE --layers` to see what the layers contain.",
  },
  license: {
    severity: "error",
    summary: "The licence of a component is denied, not allowed, or unknown.",
    why: "Replace the component, or allow its licence.",
    subject: "the Package URL",
  },
  "root-user": {
    severity: "error",
    summary: "The image runs as root.",
    why: "An attacker who takes over the app is root in the container. Set another user in the base image.",
  },
  sbom: {
    severity: "error",
    summary: "The image has no SBOM, or no SBOM in a format that `sbom.formats` requires.",
    why: "Build the image with buildpacks that write SBOMs, on a base image that has one.",
  },
  secret: {
    severity: "error",
    summary: "A secret is in a file, an environment variable, a label or the history of the image.",
    why: "Everyone who can pull the image can read the secret, even if a later layer removes the file. Revoke the secret, and pass it to the build as a service binding.",
    subject: "the path of the file, `env NAME`, `label NAME` or `history`",
  },
  signature: {
    severity: "error",
    summary: "The image has no valid signature by one of the signers in `[signatures]`.",
    why: "Sign the image with `cnb sign`, or use an image that is signed.",
  },
  vulnerability: {
    severity: "error",
    summary: "A vulnerability report lists a vulnerability of the severity in `vulnerabilities.fail-on` or above.",
    why: "Update the component, record a VEX analysis, or add a waiver with a reason and an expiry date.",
    subject: "the identifier, such as CVE-2024-1234",
  },
  "vulnerability-report": {
    severity: "error",
    summary: "There is no vulnerability report for the image, or a report is for another image.",
    why: "Scan this image, and pass the report with `--vulnerability-report`.",
  },
} as const satisfies Readonly<Record<string, PolicyRule>>;

export type PolicyRuleCode = keyof typeof policyRules;

export const ruleCodes = Object.keys(policyRules) as PolicyRuleCode[];

/** The description of `cnb check` in reports. */
export const checkTool = { name: "cnb check", rules: policyRules, suppressions: "external" } as const;

/**
 * True if findings of the rule are about a part of the image, such as a component. Waivers name
 * that part as the subject.
 */
export const hasSubject = (rule: PolicyRuleCode): boolean => "subject" in policyRules[rule];
