import { policyRules, ruleCodes } from "../../../builder-packager/src/policy/catalogue.ts";
import { policyTomlKeys } from "../../../builder-packager/src/policy/policy-schema.ts";
import type { FileReference, KeyText } from "./file-keys.ts";
import { tableOf } from "./markdown.ts";
import { identitiesTable, keysText } from "./signers.ts";

const texts = "list of strings";
const component: Readonly<Record<string, KeyText>> = {
  purl: [
    "string, required",
    "A Package URL without qualifiers, such as `pkg:npm/lodash`. `*` stands for any characters.",
  ],
  version: ["string", 'The versions that the entry matches, such as `">=3.3.6, <4"`. Default: all.'],
  reason: ["string", "The reason for the entry. `cnb check` shows it in findings."],
};

const rules = tableOf(
  ["rule", "what is reported", "subject of a waiver"],
  ruleCodes.toSorted().map((code) => {
    const rule = policyRules[code];
    return [`\`${code}\``, rule.summary, "subject" in rule ? rule.subject : "none"];
  }),
);

export const policyToml: FileReference = {
  name: "policy.toml",
  known: policyTomlKeys,
  intro: `
\`cnb check\` compares images with a \`policy.toml\`. With the option \`--policy\`, \`cnb build\`, \`cnb rebase\` and
\`cnb builder create\` compare an image with the policy before they publish the image.
[Policies](../guide/policy.md) describes the commands. A table that is absent has no effect. An unknown key is an error.
In names and Package URLs, \`*\` stands for any characters.

\`\`\`toml
[[buildpacks.allow]]
id = "libcnb/*"
version = ">=0.1, <1"

[sbom]
required = true

[secrets]
deny = true
\`\`\`

${rules}

Findings of \`buildpack-digest\` are warnings. All others are errors.`,
  tables: [
    {
      heading: "[[buildpacks.allow]]",
      at: ["buildpacks.allow"],
      text: "The buildpacks and extensions with which an app image may be built, and which a builder or package may contain.",
      keys: {
        id: ["string, required", "The identifier, such as `libcnb/nodejs` or `libcnb/*`."],
        version: ["string", "The allowed versions, as an npm version range. Default: all."],
        digests: [
          texts,
          "The allowed diff IDs of the buildpack's layer. An app image does not record these diff IDs, so `cnb check` warns about an app image. Default: any.",
        ],
      },
    },
    {
      heading: "[base]",
      at: ["base"],
      text: "The base image of an app, and the run images that a builder names.",
      keys: {
        "max-age-days": ["integer", "The maximum age of the base image in days. An unknown age is a violation."],
      },
    },
    {
      heading: "[[base.allow]]",
      at: ["base.allow"],
      text: "The base images that are allowed. All keys of an entry must match.",
      keys: {
        image: ["string", "The name that the image records, such as `registry.example.com/base-run*`."],
        digest: ["string", "The digest of the base image that the image records."],
        "top-layer": ["string", "The diff ID of the last layer of the base image. The layer must be in the image."],
      },
    },
    {
      heading: "[signatures]",
      at: ["signatures"],
      text: "The signatures that an image must have. Only `cnb check` applies this table. The option `--policy` ignores it, because images are signed after they are published.",
      keys: { keys: keysText },
    },
    identitiesTable("signatures.identities"),
    {
      heading: "[sbom]",
      at: ["sbom"],
      text: "The SBOMs in the image's layers.",
      keys: {
        required: [
          "boolean",
          "True to refuse an image without an SBOM. For an app image, the SBOM of its base image is not enough.",
        ],
        formats: [texts, "The required formats: `cdx`, `spdx`, `syft`."],
      },
    },
    {
      heading: "[licenses]",
      at: ["licenses"],
      text: "The licences of the components in the SBOMs. An entry is an identifier of the SPDX list (with or without an exception), `LicenseRef-NAME`, or a pattern such as `GPL-*`.",
      keys: {
        allow: [texts, "The allowed licences. Default: all licences that `deny` does not list."],
        deny: [texts, "The denied licences."],
        required: ["boolean", "True to refuse components whose licence is unknown."],
      },
    },
    {
      heading: "[[components.deny]] and [[components.require]]",
      at: ["components.deny", "components.require"],
      text: "`deny` lists components that the SBOMs must not contain. `require` lists components that they must contain.",
      keys: component,
    },
    {
      heading: "[image]",
      at: ["image"],
      text: "The size and the user of the image.",
      keys: {
        "max-size": [
          "string",
          "The maximum total size of the layers as they are stored in the registry, such as `500MB` or `2GiB`.",
        ],
        "non-root": ["boolean", "True to refuse an image that runs as root."],
      },
    },
    {
      heading: "[secrets]",
      at: ["secrets"],
      text: "Secrets in files of all layers, environment variables, labels and the history.",
      keys: { deny: ["boolean", "True to refuse an image with a secret."] },
    },
    {
      heading: "[vulnerabilities]",
      at: ["vulnerabilities"],
      text: "Limits for the reports that `cnb check --vulnerability-report` reads. The option `--policy` ignores this table.",
      keys: {
        "fail-on": [
          "string",
          "The lowest severity that `cnb check` refuses: `low`, `medium`, `high` (default) or `critical`. An unknown severity is treated as `high`.",
        ],
        "report-required": ["boolean", "True to refuse an image if no vulnerability report is given for it."],
      },
    },
    {
      heading: "[[waivers]]",
      at: ["waivers"],
      text: "Findings that `cnb check` accepts. It reports them as waived, and they do not change the exit code.",
      keys: {
        rule: ["string, required", "The rule, from the first table on this page."],
        subject: [
          "string",
          "The subject of the findings. Required if the first table on this page names a subject for the rule.",
        ],
        image: ["string", "The name of the image, as on the command line. Default: all images."],
        reason: ["string, required", "The reason for the waiver."],
        expires: ["string or date", "The last day on which the waiver has an effect, such as `2027-01-31`."],
      },
    },
  ],
};
