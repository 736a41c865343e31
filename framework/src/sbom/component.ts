import { LibcnbError } from "../errors.ts";
import { parsePurl } from "./purl.ts";

/** Algorithms of checksums, as package managers and release pages name them. */
export type ChecksumAlgorithm = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

/** What a component is. */
export type ComponentType = "application" | "framework" | "library" | "container" | "operating-system" | "file";

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
  const issues = [...nameIssues(given), ...identifierIssues(given), ...originIssues(given)];
  if (issues.length === 0) return given;
  throw new LibcnbError(
    "SBOM_INVALID",
    `the SBOM component ${JSON.stringify(given.name)} is not valid: ${issues.join("; ")}`,
    { hint: "Correct it in the buildpack." },
  );
}

/** The component's CPE names, each once, in a fixed order. */
export const cpesOf = ({ cpe = [] }: Component): readonly string[] =>
  [...new Set(typeof cpe === "string" ? [cpe] : cpe)].sort();

const types: readonly string[] = ["application", "framework", "library", "container", "operating-system", "file"];
const maxVersionLength = 1024; // the CycloneDX schema's limit

function* nameIssues({ name, version = "", type = "library" }: Component): Generator<string> {
  if (name === "") yield "it has no name";
  if (version.length > maxVersionLength) yield `its version is longer than ${maxVersionLength} characters`;
  if (!types.includes(type)) yield `${JSON.stringify(type)} is not a type of component`;
}

function* identifierIssues(given: Component): Generator<string> {
  const { purl } = given;
  if (purl !== undefined && parsePurl(purl) === undefined) yield `${JSON.stringify(purl)} is not a Package URL`;
  for (const cpe of cpesOf(given)) {
    if (!isCpe(cpe)) yield `${JSON.stringify(cpe)} is not a CPE 2.3 name`;
  }
}

function* originIssues({ checksums = {}, downloadUrl }: Component): Generator<string> {
  for (const [algorithm, checksum] of Object.entries(checksums)) {
    if (!isChecksum(algorithm, checksum))
      yield `${JSON.stringify(checksum)} is not a ${algorithm} in hexadecimal digits`;
  }
  if (downloadUrl !== undefined && !isAddress(downloadUrl))
    yield `${JSON.stringify(downloadUrl)} is not an http, ftp or git address`;
}

const hexDigits: ReadonlyMap<string, number> = new Map([
  ["md5", 32],
  ["sha1", 40],
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);

function isChecksum(algorithm: string, checksum: string): boolean {
  return checksum.length === hexDigits.get(algorithm) && /^[0-9a-f]+$/i.test(checksum);
}

// The formatted string of NIST IR 7695: part, five values, language, four values. `*` is any, `-` none, `\` quotes.
const cpeValue = "(?:[*-]|(?:\\?*|\\*?)(?:[\\w.-]|\\\\[!-,/:-@[-^`{-~])+(?:\\?*|\\*?))";
const cpeLanguage = "(?:[*-]|[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?)";
const cpePattern = new RegExp(`^cpe:2\\.3:[aho*-](?::${cpeValue}){5}:${cpeLanguage}(?::${cpeValue}){4}$`);

const isCpe = (cpe: string): boolean => cpePattern.test(cpe);

const isAddress = (url: string): boolean =>
  /^(https?|ftps?|sftp|git|git\+\w+):\/\/[^/]/i.test(url) && URL.canParse(url);
