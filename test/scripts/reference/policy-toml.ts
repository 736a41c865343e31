import { policyRules, ruleCodes } from "../../../builder-packager/src/policy/catalogue.ts";
import { policyTomlKeys } from "../../../builder-packager/src/policy/policy-schema.ts";
import type { FileReference, KeyText } from "./file-keys.ts";
import { tableOf } from "./markdown.ts";

const texts = "list of strings";
const component: Readonly<Record<string, KeyText>> = {
  purl: [
    "string, required",
    "A Package URL without qualifiers, such as `pkg:npm/lodash`. `*` stands for any characters.",
  ],
  version: ["string", 'The versions, such as `">=3.3.6, <4"`. Default: all.'],
  reason: ["string", "The reason, which findings contain."],
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
\`cnb builder create\` compare an image with it before the image is published.
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
      text: "The buildpacks and extensions that may build an image, or be in a builder or package.",
      keys: {
        id: ["string, required", "The identifier, such as `libcnb/nodejs` or `libcnb/*`."],
        version: ["string", "The versions, as a range of npm. Default: all."],
        digests: [
          texts,
          "The diff IDs of its layer. An app image does not record them, so `cnb check` warns. Default: any.",
        ],
      },
    },
    {
      heading: "[base]",
      at: ["base"],
      text: "The base image of an app, and the run images that a builder names.",
      keys: {
        "max-age-days": ["integer", "The highest age of the base image in days. An unknown age is a violation."],
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
      text: "The signatures of the image. `--policy` does not apply this table, because images are signed after they are published.",
      keys: {
        keys: [`${texts}, required`, "Public keys in PEM, relative to the file. A signature by one of them is enough."],
      },
    },
    {
      heading: "[sbom]",
      at: ["sbom"],
      text: "The SBOMs in the image's layers.",
      keys: {
        required: [
          "boolean",
          "True to refuse an image without SBOM. The SBOM of its base image is not enough for an app.",
        ],
        formats: [texts, "The required formats: `cdx`, `spdx`, `syft`."],
      },
    },
    {
      heading: "[licenses]",
      at: ["licenses"],
      text: "The licences of the components in the SBOMs. An entry is one licence of the SPDX list, with or without exception, `LicenseRef-NAME`, or a pattern such as `GPL-*`.",
      keys: {
        allow: [texts, "The allowed licences. Default: all that are not denied."],
        deny: [texts, "The denied licences."],
        required: ["boolean", "True to refuse components whose licence is unknown."],
      },
    },
    {
      heading: "[[components.deny]] and [[components.require]]",
      at: ["components.deny", "components.require"],
      text: "Components that must not be in the SBOMs, or must be in them.",
      keys: component,
    },
    {
      heading: "[image]",
      at: ["image"],
      text: "The size and the user of the image.",
      keys: {
        "max-size": ["string", "The highest size of all layers as they are stored, such as `500MB` or `2GiB`."],
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
      text: "The reports of `cnb check --vulnerability-report`. `--policy` does not apply this table.",
      keys: {
        "fail-on": [
          "string",
          "The lowest severity that is refused: `low`, `medium`, `high` (default) or `critical`. An unknown one counts as high.",
        ],
        "report-required": ["boolean", "True to refuse an image without report."],
      },
    },
    {
      heading: "[[waivers]]",
      at: ["waivers"],
      text: "Findings that do not count.",
      keys: {
        rule: ["string, required", "The rule, from the table above."],
        subject: ["string", "The subject of the findings. Required if the rule has one."],
        image: ["string", "The name of the image, as on the command line. Default: all images."],
        reason: ["string, required", "The reason."],
        expires: ["string or date", "The last day on which the waiver has an effect, such as `2027-01-31`."],
      },
    },
  ],
};
