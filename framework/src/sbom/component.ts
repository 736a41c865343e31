import { LibcnbError } from "../errors.ts";
import { componentIssues } from "./component-issues.ts";

/** Algorithms of checksums, as package managers and release pages name them. */
export type ChecksumAlgorithm = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

/** What a component is. */
export type ComponentType = "application" | "framework" | "library" | "container" | "operating-system" | "file";

/**
 * How much what the SBOM is about needs a component: `required` to run; `optional`, to do more or to run on some systems
 * only; `excluded`, to be developed and built only, so that it is not part of what runs.
 */
export type ComponentScope = "required" | "optional" | "excluded";

/** One thing that a layer, the image or the build environment holds. */
export interface Component {
  /** Default: library. */
  readonly type?: ComponentType;
  readonly name: string;
  readonly version?: string;
  /** Namespace of the name, such as an npm scope `@babel` or a Maven group. */
  readonly group?: string;
  /** Package URL, `pkg:generic/node@22.1.0`. It is what scanners look for. */
  readonly purl?: string;
  /** Names in the Common Platform Enumeration, version 2.3: `cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*`. */
  readonly cpe?: string | readonly string[];
  readonly description?: string;
  /** Who distributes it: the name of an organisation. */
  readonly supplier?: string;
  /** SPDX ids, SPDX expressions, or names of other licences. Several apply together. */
  readonly licenses?: readonly string[];
  /** Checksums in hexadecimal digits, of the file the component was installed from. */
  readonly checksums?: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  /** Where it was downloaded from: an http, ftp or git address. A user's name and password in it are left out. */
  readonly downloadUrl?: string;
  /** Default: required. */
  readonly scope?: ComponentScope;
  /** Components of the same SBOM that it needs: their Package URL, `group/name@version`, `group/name` or name. */
  readonly dependencies?: readonly string[];
}

/**
 * A component of an SBOM; checks its Package URL, CPE names, checksums and address and reports all that is wrong with them.
 *
 * @throws LibcnbError SBOM_INVALID
 * @example `component({ name: "node", version: "22.1.0", purl: "pkg:generic/node@22.1.0", licenses: ["MIT"] })`
 */
export function component(given: Component): Component {
  const issues = componentIssues(given);
  if (issues.length === 0) return given;
  throw new LibcnbError(
    "SBOM_INVALID",
    `the SBOM component ${JSON.stringify(given.name)} is not valid: ${issues.join("; ")}`,
    { hint: "Correct it in the buildpack." },
  );
}
