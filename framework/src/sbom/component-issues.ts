import { list, oneOf, optional, string, table } from "../spec/schemas/schema.ts";
import { decode, issueLines } from "../spec/schemas/standard-schema.ts";
import type { Component } from "./component-model.ts";
import { cpesOf, isCpe } from "./cpe.ts";
import { parsePurl } from "./purl.ts";

/** Lists all errors in a component. */
export function componentIssues(given: Component): readonly string[] {
  const { issues = [] } = decode(schema, { ...given, cpe: [given.cpe ?? []].flat() });
  if (issues.length > 0) return issueLines(issues);
  return [...nameIssues(given), ...identifierIssues(given), ...originIssues(given)];
}

// The types exclude these values. But components come from lockfiles and manifests, where a licence may be an object and a version a number.
const schema = table({
  type: optional(oneOf("application", "framework", "library", "container", "operating-system", "file")),
  name: string,
  version: optional(string),
  group: optional(string),
  purl: optional(string),
  cpe: list(string),
  description: optional(string),
  supplier: optional(string),
  licenses: optional(list(string)),
  checksums: optional(
    table({
      md5: optional(string),
      sha1: optional(string),
      sha256: optional(string),
      sha384: optional(string),
      sha512: optional(string),
    }),
  ),
  downloadUrl: optional(string),
  scope: optional(oneOf("required", "optional", "excluded")),
  dependencies: optional(list(string)),
});

const maxVersionLength = 1024; // the CycloneDX schema's limit

function* nameIssues({ name, version = "" }: Component): Generator<string> {
  if (name === "") yield "it has no name";
  if (version.length > maxVersionLength) yield `its version is longer than ${maxVersionLength} characters`;
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
    if (checksum !== undefined && !isChecksum(algorithm, checksum))
      yield `${JSON.stringify(checksum)} is not a ${algorithm} in hexadecimal digits`;
  }
  if (downloadUrl !== undefined && !isAddress(downloadUrl))
    yield `${JSON.stringify(downloadUrl)} is not an http, ftp or git URL`;
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

const isAddress = (url: string): boolean =>
  /^(https?|ftps?|sftp|git|git\+\w+):\/\/[^/]/i.test(url) && URL.canParse(url);
