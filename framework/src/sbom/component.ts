import { LibcnbError } from "../errors.ts";
import { componentIssues } from "./component-issues.ts";
import type { Component } from "./component-model.ts";

/**
 * Creates a component of an SBOM. Its Package URL, CPE names, checksums and URL are validated, and
 * all errors are reported at once.
 *
 * @throws LibcnbError SBOM_INVALID
 * @example `sbomComponent({ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0", licenses: ["MIT"] })`
 */
export function sbomComponent(given: Component): Component {
  const issues = componentIssues(given);
  if (issues.length === 0) return given;
  throw new LibcnbError(
    "SBOM_INVALID",
    `the SBOM component ${JSON.stringify(given.name)} is not valid: ${issues.join("; ")}`,
    { hint: "Correct the component in the buildpack." },
  );
}
