import * as v from "valibot";
import type { KnownKeys } from "../config/unknown-keys.ts";
import { type RawSigners, signersKeys, signersSchema } from "../config/verification/signers.ts";
import { sbomFormats } from "../sbom/documents.ts";
import { object } from "../schema.ts";
import { ruleCodes } from "./catalogue.ts";
import { severities } from "./reports/vulnerability.ts";

const text = v.pipe(v.string(), v.nonEmpty("must not be empty"));
const matching = (pattern: RegExp, message: string) => v.pipe(v.string(), v.regex(pattern, message));
const texts = v.optional(v.array(text), []);
const digest = matching(/^sha256:[0-9a-f]{64}$/, "is not a digest: sha256: and 64 hexadecimal digits");
const flag = v.optional(v.boolean(), false);

const buildpack = object({
  id: text,
  version: v.optional(text),
  digests: v.optional(v.array(digest), []),
});

const base = object({
  image: v.optional(text),
  digest: v.optional(digest),
  "top-layer": v.optional(digest),
});

const component = object({
  purl: text,
  version: v.optional(text),
  reason: v.optional(text),
});

const waiver = object({
  rule: v.picklist(ruleCodes),
  subject: v.optional(text),
  image: v.optional(text),
  reason: text,
  expires: v.optional(matching(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "is not a date such as 2027-01-31")),
});

/** The schema of `policy.toml`. */
export const policyTomlSchema = object({
  buildpacks: v.optional(object({ allow: v.array(buildpack) })),
  base: v.optional(
    object({
      allow: v.optional(v.array(base)),
      "max-age-days": v.optional(v.pipe(v.number(), v.integer("must be a whole number"), v.minValue(0))),
    }),
  ),
  signatures: v.optional(signersSchema as unknown as v.GenericSchema<RawSigners>), // a schema of valibot, too
  sbom: v.optional(object({ required: flag, formats: v.optional(v.array(v.picklist(sbomFormats)), []) })),
  licenses: v.optional(object({ allow: v.optional(v.array(text)), deny: texts, required: flag })),
  components: v.optional(
    object({ deny: v.optional(v.array(component), []), require: v.optional(v.array(component), []) }),
  ),
  image: v.optional(
    object({
      "max-size": v.optional(
        matching(/^\d+(\.\d+)?\s*([kKmMgGtT]?[bB]|[kKmMgGtT][iI][bB])$/, "is not a size such as 500MB or 2GiB"),
      ),
      "non-root": flag,
    }),
  ),
  secrets: v.optional(object({ deny: flag })),
  vulnerabilities: v.optional(
    object({ "fail-on": v.optional(v.picklist(severities), "high"), "report-required": flag }),
  ),
  waivers: v.optional(v.array(waiver), []),
});

/** The content of `policy.toml`. */
export type PolicyToml = v.InferOutput<typeof policyTomlSchema>;

const keysOf = (entries: object): KnownKeys => Object.fromEntries(Object.keys(entries).map((key) => [key, true]));

/** All known keys of `policy.toml`. */
export const policyTomlKeys: KnownKeys = {
  buildpacks: { allow: keysOf(buildpack.entries) },
  base: { allow: keysOf(base.entries), "max-age-days": true },
  signatures: signersKeys,
  sbom: { required: true, formats: true },
  licenses: { allow: true, deny: true, required: true },
  components: { deny: keysOf(component.entries), require: keysOf(component.entries) },
  image: { "max-size": true, "non-root": true },
  secrets: { deny: true },
  vulnerabilities: { "fail-on": true, "report-required": true },
  waivers: keysOf(waiver.entries),
};
