import type { CheckedImage } from "../facts/facts.ts";
import { compiledPolicy, type Policy } from "../policy.ts";
import { parsePolicyToml } from "../policy-toml.ts";

/** Parses and compiles the text of a policy. */
export const policyOf = async (text: string): Promise<Policy> =>
  compiledPolicy(parsePolicyToml(text, "policy.toml"), {
    file: "/src/policy.toml",
    shown: "policy.toml",
    source: text,
  });

/** The facts about an app that complies with every rule, with changes. */
export const checkedApp = (changes: Partial<CheckedImage> = {}): CheckedImage => ({
  name: "example.com/app:1",
  platform: "linux/amd64",
  digest: "sha256:1",
  kind: "app",
  modules: [{ kind: "buildpack", id: "acme/web", version: "1.2.3" }],
  bases: [
    {
      names: ["example.com/run", "example.com/run:1"],
      digest: `sha256:${"a".repeat(64)}`,
      topLayer: `sha256:${"b".repeat(64)}`,
    },
  ],
  baseCreated: new Date("2027-01-01T00:00:00Z"),
  sizeBytes: 5_000_000,
  user: "1000:1000",
  sboms: [{ path: "sbom.cdx.json", format: "cdx", isOfBase: false }],
  components: [
    { name: "pkg:npm/lodash", purl: "pkg:npm/lodash", version: "4.17.20", licenses: ["MIT"] },
    {
      name: "pkg:deb/debian/libc6",
      purl: "pkg:deb/debian/libc6",
      version: "2.36-9+deb12u4",
      licenses: ["LGPL-2.1-or-later", "GPL-2.0-only"],
    },
  ],
  secrets: [],
  signature: { valid: true, reason: "" },
  reports: { files: ["scan.sarif"], foreign: [], vulnerabilities: [] },
  ...changes,
});
