import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import licenseIds from "spdx-license-ids/index.json" with { type: "json" };
import type { ChecksumAlgorithm, Component } from "./component.ts";

/** CycloneDX JSON of the components: the same bytes for the same components, in whatever order they are given. */
export function cycloneDxJson(components: readonly Component[]): string {
  const unique = new Map(components.map((component) => [referenceOf(component), component]));
  const bom = new Models.Bom();
  for (const reference of [...unique.keys()].sort()) {
    const component = unique.get(reference);
    if (component !== undefined) bom.components.add(model(reference, component));
  }
  // 1.5 is the newest that the widespread scanners of images read
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot5));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

// Set by us: the library would make up a random one.
function referenceOf({ purl, group, name, version }: Component): string {
  return purl ?? `${group === undefined ? "" : `${group}/`}${name}${version === undefined ? "" : `@${version}`}`;
}

function model(bomRef: string, given: Component): Models.Component {
  const { type = "library", name, version, group, cpe, description, purl } = given;
  const component = new Models.Component(componentTypes[type], name, {
    bomRef,
    ...(version !== undefined && { version }),
    ...(group !== undefined && { group }),
    ...(cpe !== undefined && { cpe }),
    ...(description !== undefined && { description }),
    ...(purl !== undefined && { purl: PackageURL.fromString(purl).toString() }),
  });
  for (const license of licenses(given.licenses ?? [])) component.licenses.add(license);
  for (const [algorithm, checksum] of Object.entries(given.checksums ?? {})) {
    component.hashes.set(hashAlgorithms[algorithm as ChecksumAlgorithm], checksum.toLowerCase());
  }
  if (given.downloadUrl !== undefined) {
    component.externalReferences.add(
      new Models.ExternalReference(given.downloadUrl, Enums.ExternalReferenceType.Distribution),
    );
  }
  return component;
}

// CycloneDX: either one expression or a list of licences; beside others the library would write the expression alone
function licenses(texts: readonly string[]): readonly Models.License[] {
  const [first = ""] = texts;
  if (texts.length === 1 && / (AND|OR|WITH) /.test(first)) return [new Models.LicenseExpression(first)];
  return texts.map((text) =>
    licenseIds.includes(text) ? new Models.SpdxLicense(text) : new Models.NamedLicense(text),
  );
}

const componentTypes = {
  application: Enums.ComponentType.Application,
  framework: Enums.ComponentType.Framework,
  library: Enums.ComponentType.Library,
  container: Enums.ComponentType.Container,
  "operating-system": Enums.ComponentType.OperatingSystem,
  file: Enums.ComponentType.File,
} as const;

const hashAlgorithms = {
  md5: Enums.HashAlgorithm.MD5,
  sha1: Enums.HashAlgorithm["SHA-1"],
  sha256: Enums.HashAlgorithm["SHA-256"],
  sha384: Enums.HashAlgorithm["SHA-384"],
  sha512: Enums.HashAlgorithm["SHA-512"],
} as const;
