import { expect, test } from "vitest";
import { policyOf } from "./testing/images.ts";

test.for<readonly [name: string, policy: string, ...problems: readonly string[]]>([
  [
    "an unknown key",
    "[image]\nnon-roof = true",
    "policy.toml:2:1: image.non-roof: unknown key; did you mean non-root?",
  ],
  ["an empty policy", "# [image]", "policy.toml: the policy has no rule"],
  ["a policy whose rules are off", "[sbom]\n[secrets]\ndeny = false", "policy.toml: the policy has no rule"],
  [
    "a waiver without reason",
    `[secrets]\ndeny = true\n[[waivers]]\nrule = "sbom"`,
    "policy.toml:3:3: waivers[0].reason: is missing",
  ],
  [
    "a waiver without subject",
    `[secrets]\ndeny = true\n[[waivers]]\nrule = "secret"\nreason = "x"`,
    "policy.toml:3:3: waivers[0]: needs a subject, because findings of secret have one",
  ],
  [
    "a waiver that expires on no day",
    `[secrets]\ndeny = true\n[[waivers]]\nrule = "sbom"\nreason = "x"\nexpires = "soon"`,
    `policy.toml:6:1: waivers[0].expires: "soon" is not a date such as 2027-01-31`,
  ],
  [
    "an unknown licence",
    `[licenses]\nallow = ["MIT", "MTI"]`,
    `policy.toml:2:17: licenses.allow[1]: "MTI" is not one licence of the SPDX list, with or without an exception; write LicenseRef-NAME or a pattern with * for others`,
  ],
  [
    "an expression as a licence",
    `[licenses]\ndeny = ["MIT OR ISC"]`,
    `policy.toml:2:9: licenses.deny[0]: "MIT OR ISC" is not one licence of the SPDX list, with or without an exception; write LicenseRef-NAME or a pattern with * for others`,
  ],
  [
    "a component without Package URL",
    `[[components.deny]]\npurl = "lodash"`,
    `policy.toml:2:1: components.deny[0].purl: "lodash" is not a Package URL such as pkg:npm/lodash`,
  ],
  [
    "a component with two versions",
    `[[components.deny]]\npurl = "pkg:npm/a@1"\nversion = "1"`,
    "policy.toml:3:1: components.deny[0].version: the Package URL has a version, too; write only one",
  ],
  [
    "an invalid range",
    `[[components.deny]]\npurl = "pkg:deb/debian/a"\nversion = "^1"`,
    `policy.toml:3:1: components.deny[0].version: "^1" is not a range of versions such as ">=1.2, <2"`,
  ],
  [
    "a base without any condition",
    "[[base.allow]]",
    "policy.toml:1:8: base.allow[0]: needs one of image, digest, top-layer",
  ],
  [
    "signatures without a signer in the list of keys",
    "[signatures]\nkeys = []",
    "policy.toml:2:1: signatures.keys: expected at least one key",
  ],
  ["signatures without keys and identities", "[signatures]", "policy.toml:1:2: signatures: needs keys or identities"],
  [
    "an identity without an issuer and with an empty trusted root",
    `[[signatures.identities]]\ncertificate-identity = "a@example.com"\ntrusted-root = ""`,
    "policy.toml:1:14: signatures.identities[0].certificate-oidc-issuer: is missing",
    'policy.toml:3:1: signatures.identities[0].trusted-root: expected the path of a trusted root, got ""',
  ],
  [
    "a size without digits",
    `[image]\nmax-size = "big"`,
    `policy.toml:2:1: image.max-size: "big" is not a size such as 500MB or 2GiB`,
  ],
])("%s in the policy.toml %j is refused with the error %j", async ([, policy, ...problems]) => {
  const error = await policyOf(policy).catch((each) => each);
  expect(error.code).toBe("POLICY_INVALID");
  expect(
    error.message
      .split("\n")
      .slice(1)
      .map((line: string) => line.trim()),
  ).toEqual(problems);
});

test("a policy.toml that is not TOML is refused", async () => {
  await expect(policyOf("[image")).rejects.toMatchObject({ code: "POLICY_INVALID" });
});
