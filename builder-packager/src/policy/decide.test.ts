import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { CheckedImage } from "./facts/facts.ts";
import { checkedApp, policyOf } from "./testing/images.ts";

const now = new Date("2027-02-01T12:00:00Z");

/** The counted findings: `path rule message`, and the reason of those that do not count. */
async function findings(policy: string, ...images: readonly CheckedImage[]): Promise<readonly string[]> {
  const result = decide(images, await policyOf(policy), now);
  return result.findings.map(
    ({ path, rule, message, severity, suppressed }) =>
      `${path} ${severity} [${rule}] ${message}${suppressed === undefined ? "" : ` (off: ${suppressed})`}`,
  );
}

const digestA = `sha256:${"a".repeat(64)}`;
const digestB = `sha256:${"b".repeat(64)}`;
const digestC = `sha256:${"c".repeat(64)}`;
const component = (name: string, version: string, ...licenses: readonly string[]) => ({
  name,
  purl: name,
  version,
  licenses,
});
const vulnerability = { id: "CVE-2024-1", severity: "high", component: "pkg:npm/x@1", report: "scan.sarif" } as const;
const reported = (changes: object) => ({
  reports: { files: ["scan.sarif"], foreign: [], vulnerabilities: [], ...changes },
});

test.for<readonly [rule: string, policy: string, changes: Partial<CheckedImage>, ...expected: readonly string[]]>([
  ["allowed buildpacks cause no finding", `[[buildpacks.allow]]\nid = "acme/*"\nversion = "^1.2"`, {}],
  [
    "a buildpack that is not listed is reported",
    `[[buildpacks.allow]]\nid = "other/*"`,
    {},
    "buildpacks.allow error [buildpack] contains the buildpack acme/web@1.2.3, which the policy does not allow",
  ],
  [
    "an extension that is not listed is reported",
    `[[buildpacks.allow]]\nid = "other/*"`,
    { modules: [{ kind: "extension", id: "acme/apt", version: "1" }] },
    "buildpacks.allow error [buildpack] contains the extension acme/apt@1, which the policy does not allow",
  ],
  [
    "a buildpack of another version is reported",
    `[[buildpacks.allow]]\nid = "acme/web"\nversion = ">=2"`,
    {},
    "buildpacks.allow[0] error [buildpack] contains the buildpack acme/web@1.2.3, whose version the policy does not allow",
  ],
  [
    "an image without buildpacks is reported",
    `[[buildpacks.allow]]\nid = "*"`,
    { kind: "other", modules: [] },
    "buildpacks.allow error [buildpack] was not built by buildpacks: it has none of their labels",
  ],
  [
    "a buildpack in a builder is reported if the policy does not allow the buildpack's digest",
    `[[buildpacks.allow]]\nid = "*"\ndigests = ["${digestA}"]`,
    { kind: "builder", modules: [{ kind: "buildpack", id: "acme/web", version: "1", digest: digestC }] },
    `buildpacks.allow[0] error [buildpack] contains the buildpack acme/web@1 with the digest ${digestC}, which the policy does not allow`,
  ],
  [
    "a buildpack in a builder causes no finding if the policy allows the buildpack's digest",
    `[[buildpacks.allow]]\nid = "*"\ndigests = ["${digestA}"]`,
    { kind: "builder", modules: [{ kind: "buildpack", id: "acme/web", version: "1", digest: digestA }] },
  ],
  [
    "a digest that an app does not record is a warning",
    `[[buildpacks.allow]]\nid = "*"\ndigests = ["${digestA}"]`,
    {},
    "buildpacks.allow[0] warning [buildpack-digest] does not record the digest of the buildpack acme/web@1.2.3",
  ],
  [
    "an allowed base image causes no finding",
    `[[base.allow]]\nimage = "example.com/*"\ndigest = "${digestA}"\ntop-layer = "${digestB}"`,
    {},
  ],
  [
    "a base image with another digest is reported",
    `[[base.allow]]\nimage = "example.com/run"\ndigest = "${digestC}"`,
    {},
    `base.allow error [base-image] has the base image example.com/run@${digestA}, which the policy does not allow`,
  ],
  [
    "a base image with another top layer is reported",
    `[[base.allow]]\ntop-layer = "${digestC}"`,
    {},
    `base.allow error [base-image] has the base image example.com/run@${digestA}, which the policy does not allow`,
  ],
  [
    "an image that does not record its base is reported",
    `[[base.allow]]\nimage = "*"`,
    { bases: [] },
    "base.allow error [base-image] does not record its base image",
  ],
  [
    "a builder's run image is reported if the policy does not list the run image",
    `[[base.allow]]\nimage = "example.com/run:*"`,
    { kind: "builder", bases: [{ names: ["example.com/run:1"] }, { names: ["docker.io/run"] }] },
    "base.allow error [base-image] names the run image docker.io/run, which the policy does not allow",
  ],
  ["a base image that is 31 days old causes no finding if the policy allows 31 days", "[base]\nmax-age-days = 31", {}],
  [
    "a base image that is 31 days old is reported if the policy allows 30 days",
    "[base]\nmax-age-days = 30",
    {},
    "base.max-age-days error [base-age] has a base image of 2027-01-01, which is 31 days old; the policy allows 30",
  ],
  [
    "a base image of unknown age is reported",
    "[base]\nmax-age-days = 30",
    { baseCreated: undefined },
    "base.max-age-days error [base-age] has a base image of unknown age: it has no label io.buildpacks.base.released, and the base image cannot be read or has no creation time",
  ],
  ["an image with a valid signature causes no finding", `[signatures]\nkeys = ["a.pub"]`, {}],
  [
    "an image without a valid signature is reported",
    `[signatures]\nkeys = ["a.pub"]`,
    { signature: { valid: false, reason: "has no signature" } },
    "signatures.keys error [signature] has no signature",
  ],
  ["an image with an SBOM causes no finding", `[sbom]\nrequired = true\nformats = ["cdx"]`, {}],
  ["an image without SBOM is reported", "[sbom]\nrequired = true", { sboms: [] }, "sbom error [sbom] has no SBOM"],
  [
    "an app that has only the SBOM of its base is reported",
    "[sbom]\nrequired = true",
    { sboms: [{ path: "bom.cdx.json", format: "cdx", isOfBase: true }] },
    "sbom error [sbom] has an SBOM of its base image, but none of the app",
  ],
  [
    "a damaged SBOM is reported like a missing SBOM",
    "[sbom]\nrequired = true",
    { kind: "other", sboms: [{ path: "bom.cdx.json", format: undefined, isOfBase: true }] },
    "sbom error [sbom] has no SBOM",
  ],
  [
    "an SBOM format that the policy requires is reported if it is missing",
    `[sbom]\nformats = ["cdx", "spdx"]`,
    {},
    "sbom.formats error [sbom] has no SBOM in the format spdx",
  ],
  ["allowed licences cause no finding", `[licenses]\nallow = ["MIT", "LGPL-*", "GPL-2.0"]`, {}],
  [
    "a licence that is not allowed is reported",
    `[licenses]\nallow = ["MIT", "LGPL-*"]`,
    {},
    "licenses.allow error [license] contains pkg:deb/debian/libc6@2.36-9+deb12u4 with the licence LGPL-2.1-or-later AND GPL-2.0-only, which the policy does not allow",
  ],
  [
    "a denied licence is reported",
    `[licenses]\ndeny = ["AGPL-*"]`,
    { components: [component("pkg:npm/a", "1", "AGPL-3.0-or-later")] },
    "licenses.deny error [license] contains pkg:npm/a@1 with the licence AGPL-3.0-or-later, which the policy denies",
  ],
  [
    "a licence expression with OR causes no finding if one of its licences is allowed",
    `[licenses]\ndeny = ["AGPL-*"]`,
    { components: [component("a", "1", "MIT OR AGPL-3.0-only")] },
  ],
  [
    "an unknown licence causes no finding by default",
    `[licenses]\nallow = ["MIT"]`,
    { components: [component("a", "1")] },
  ],
  [
    "an unknown licence is reported if licences are required",
    "[licenses]\nrequired = true",
    { components: [component("pkg:npm/a", "")] },
    "licenses.required error [license] contains pkg:npm/a, whose licence is unknown",
  ],
  [
    "components in versions that are not denied cause no finding",
    `[[components.deny]]\npurl = "pkg:npm/lodash"\nversion = "<4.17.20"`,
    {},
  ],
  [
    "a denied component is reported",
    `[[components.deny]]\npurl = "pkg:npm/lodash"\nversion = "<4.17.21"\nreason = "CVE-2021-23337"`,
    {},
    "components.deny[0] error [component-denied] contains pkg:npm/lodash@4.17.20, which the policy denies: CVE-2021-23337",
  ],
  [
    "a denied pre-release is reported",
    `[[components.deny]]\npurl = "pkg:npm/*"\nversion = ">=1 <2"`,
    { components: [component("pkg:npm/a", "1.5.0-rc.1")] },
    "components.deny[0] error [component-denied] contains pkg:npm/a@1.5.0-rc.1, which the policy denies",
  ],
  [
    "a Debian package is compared by Debian's order",
    `[[components.deny]]\npurl = "pkg:deb/debian/libc6"\nversion = "<2.36-9+deb12u10"`,
    {},
    "components.deny[0] error [component-denied] contains pkg:deb/debian/libc6@2.36-9+deb12u4, which the policy denies",
  ],
  [
    "a version that cannot be compared is reported",
    `[[components.deny]]\npurl = "pkg:npm/lodash"\nversion = "<1"`,
    { components: [component("pkg:npm/lodash", "unknown")] },
    "components.deny[0] error [component-denied] contains pkg:npm/lodash@unknown, whose version cannot be compared with the denied versions",
  ],
  [
    "a required component in the SBOM causes no finding",
    `[[components.require]]\npurl = "pkg:deb/*/libc6"\nversion = ">=2.36"`,
    {},
  ],
  [
    "a required component that is missing is reported",
    `[[components.require]]\npurl = "pkg:npm/helmet"\nreason = "security headers"`,
    {},
    "components.require[0] error [component-required] does not contain pkg:npm/helmet, which the policy requires: security headers",
  ],
  ["an image of the largest allowed size causes no finding", `[image]\nmax-size = "5MB"`, {}],
  [
    "an image that is too large is reported",
    `[image]\nmax-size = "4.9 MB"`,
    {},
    "image.max-size error [image-size] has 5.0 MB of layers; the policy allows 4.9 MB",
  ],
  ["a numeric user causes no finding", "[image]\nnon-root = true", {}],
  [
    "a named user with an ID other than 0 causes no finding",
    "[image]\nnon-root = true",
    { user: "web", userId: "1000" },
  ],
  [
    "an image without a user is reported, because it runs as root",
    "[image]\nnon-root = true",
    { user: "" },
    "image.non-root error [root-user] runs as root, because it sets no user",
  ],
  [
    "the user ID 0 is reported as root",
    "[image]\nnon-root = true",
    { user: "00:1000" },
    "image.non-root error [root-user] runs as root: its user is 00:1000",
  ],
  [
    "a named user is reported as root if its ID is 0",
    "[image]\nnon-root = true",
    { user: "web", userId: "0" },
    "image.non-root error [root-user] runs as root: its user web has the id 0",
  ],
  [
    "a user who is not in /etc/passwd is reported",
    "[image]\nnon-root = true",
    { user: "web" },
    "image.non-root error [root-user] runs as web, who is not in /etc/passwd",
  ],
  [
    "secrets are reported with their location",
    "[secrets]\ndeny = true",
    {
      secrets: [
        { kind: "a secret", location: "env DB_PASSWORD" },
        { kind: "a private key", location: "/workspace/id_rsa", layer: "sha256:2", maker: "application" },
      ],
    },
    "secrets.deny error [secret] contains a secret: env DB_PASSWORD",
    "secrets.deny error [secret] contains a private key: file /workspace/id_rsa in layer sha256:2 (application)",
  ],
  ["a report without vulnerabilities causes no finding", "[vulnerabilities]\nreport-required = true", {}],
  [
    "a missing vulnerability report is reported if the policy requires one",
    "[vulnerabilities]\nreport-required = true",
    reported({ files: [] }),
    "vulnerabilities.report-required error [vulnerability-report] has no vulnerability report",
  ],
  [
    "a vulnerability report about another image is reported",
    "[vulnerabilities]",
    reported({ foreign: [{ file: "scan.sarif", digest: "sha256:9" }] }),
    "vulnerabilities error [vulnerability-report] is not the image of the report scan.sarif, which is about sha256:9",
  ],
  [
    "vulnerabilities of the severity in fail-on or a higher severity are reported",
    `[vulnerabilities]\nfail-on = "high"`,
    reported({
      vulnerabilities: [
        vulnerability,
        { ...vulnerability, id: "CVE-2024-2", severity: "medium" },
        { ...vulnerability, id: "CVE-2024-3", severity: undefined, component: "" },
        { ...vulnerability, id: "CVE-2024-4", analysis: "not_affected: code_not_present" },
      ],
    }),
    "vulnerabilities.fail-on error [vulnerability] has the vulnerability CVE-2024-1 in pkg:npm/x@1, severity high",
    "vulnerabilities.fail-on error [vulnerability] has the vulnerability CVE-2024-3, severity unknown",
    "vulnerabilities.fail-on error [vulnerability] has the vulnerability CVE-2024-4 in pkg:npm/x@1, severity high (off: not_affected: code_not_present)",
  ],
])("when a policy is applied, %s", async ([, policy, changes, ...expected]) => {
  expect(await findings(policy, checkedApp(changes))).toEqual(expected);
});

const waived = (waiver: string) => `[image]\nnon-root = true\n[[waivers]]\n${waiver}`;
const rootUser = "image.non-root error [root-user] runs as root, because it sets no user";

test.for<readonly [name: string, waiver: string, expected: string]>([
  [
    "without expiry date suppresses the finding",
    `rule = "root-user"\nreason = "old app"`,
    `${rootUser} (off: old app)`,
  ],
  [
    "still suppresses the finding on its expiry date",
    `rule = "root-user"\nreason = "old app"\nexpires = 2027-02-01`,
    `${rootUser} (off: old app)`,
  ],
  [
    "no longer suppresses the finding after its expiry date",
    `rule = "root-user"\nreason = "old app"\nexpires = "2027-01-31"`,
    `${rootUser}; its waiver expired on 2027-01-31`,
  ],
  [
    "does not suppress findings about images that its pattern does not match",
    `rule = "root-user"\nreason = "x"\nimage = "example.com/other:*"`,
    rootUser,
  ],
  [
    "suppresses findings about images that its pattern matches",
    `rule = "root-user"\nreason = "x"\nimage = "example.com/*"`,
    `${rootUser} (off: x)`,
  ],
  ["does not suppress findings of other rules", `rule = "sbom"\nreason = "x"`, rootUser],
])("a policy waiver %s", async ([, waiver, expected]) => {
  expect(await findings(waived(waiver), checkedApp({ user: "" }))).toEqual([expected]);
});

test("a policy waiver with a subject suppresses only the findings about this subject", async () => {
  const policy = `[[components.deny]]\npurl = "pkg:npm/*"\n[[waivers]]\nrule = "component-denied"\nsubject = "pkg:npm/a@*"\nreason = "soon"`;
  const components = [component("pkg:npm/a", "1"), component("pkg:npm/b", "1")];
  expect(await findings(policy, checkedApp({ components }))).toEqual([
    "components.deny[0] error [component-denied] contains pkg:npm/a@1, which the policy denies (off: soon)",
    "components.deny[0] error [component-denied] contains pkg:npm/b@1, which the policy denies",
  ]);
});

test("a policy waiver that matches no finding causes a note", async () => {
  const policy = await policyOf(waived(`rule = "secret"\nsubject = "env A"\nreason = "x"`));
  expect(decide([checkedApp()], policy, now).notes).toEqual(["The waiver of secret for env A matches no finding"]);
});

test("a policy finding names the image, escapes control characters and shortens long names", async () => {
  const components = [component(`pkg:npm/a\n\u001b[31m${"x".repeat(5000)}`, "1")];
  const policy = await policyOf(`[[components.deny]]\npurl = "pkg:npm/*"`);
  const [finding] = decide(
    [checkedApp({ components: [{ ...(components[0] as (typeof components)[0]), purl: "pkg:npm/a" }] })],
    policy,
    now,
  ).findings;
  expect(finding).toMatchObject({ image: "example.com/app:1", platform: "linux/amd64", digest: "sha256:1" });
  expect(finding?.message).toMatch(/^contains pkg:npm\/a \\u001b\[31mx+…$/);
  expect(finding?.message.length).toBeLessThan(1100);
});

test("a policy is applied to the images of all platforms", async () => {
  const images = [checkedApp({ user: "" }), checkedApp({ platform: "linux/arm64", user: "0" })];
  const policy = await policyOf("[image]\nnon-root = true");
  expect(decide(images, policy, now).findings.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
});
