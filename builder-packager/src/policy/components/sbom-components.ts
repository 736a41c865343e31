import { isTooDeep } from "../../oci/model/json-depth.ts";
import type { SbomDocument } from "../../sbom/documents.ts";
import { type Json, objectIn, objectsIn, textIn, textsIn } from "../../sbom/json.ts";
import type { Component, SbomFact } from "../facts/facts.ts";
import { formatPurl, parsePurl } from "./purl.ts";

/** The SBOMs of an image, and the components that they list. */
export interface SbomContents {
  readonly sboms: readonly SbomFact[];
  readonly components: readonly Component[];
}

/**
 * Reads the components in an image's SBOMs. If documents of several formats list the same
 * component, the result contains it once, with the licences of the first document that has any.
 */
export function sbomContents(documents: readonly SbomDocument[]): SbomContents {
  const parsed = documents.map((document) => ({ document, json: parsedDocument(document) }));
  const found = new Map<string, Component>();
  for (const format of ["cdx", "spdx", "syft"] as const)
    for (const { document, json } of parsed)
      if (document.format === format && json !== undefined)
        for (const component of readers[format](json)) {
          const key = JSON.stringify([component.name, component.version]);
          const known = found.get(key);
          if (known === undefined || known.licenses.length === 0) found.set(key, component);
        }
  return {
    sboms: parsed.map(({ document: { path, format, isOfBase }, json }) => ({
      path,
      format: json === undefined ? undefined : format,
      isOfBase,
    })),
    components: [...found.values()],
  };
}

/** Undefined for a damaged document: an image with such an SBOM has none. */
function parsedDocument({ format, content }: SbomDocument): Json | undefined {
  if (format === undefined) return undefined;
  try {
    const document: unknown = JSON.parse(Buffer.from(content).toString());
    const json = isTooDeep(document) ? undefined : objectIn(document);
    return json !== undefined && isOfFormat[format](json) ? json : undefined;
  } catch {
    return undefined;
  }
}

const isOfFormat = {
  cdx: (json: Json) => json["bomFormat"] === "CycloneDX",
  spdx: (json: Json) => textIn(json["spdxVersion"]) !== undefined,
  syft: (json: Json) => Array.isArray(json["artifacts"]),
} as const;

interface ListedPackage {
  readonly purl: string | undefined;
  readonly name: unknown;
  readonly version: unknown;
  readonly licenses: readonly string[];
}

function component({ purl: text, name, version, licenses }: ListedPackage): readonly Component[] {
  const purl = text === undefined ? undefined : parsePurl(text);
  const known = licenses.filter((license) => license !== "NOASSERTION" && license !== "NONE");
  if (purl === undefined) {
    const named = textIn(name);
    return named === undefined
      ? []
      : [{ name: named, purl: undefined, version: textIn(version) ?? "", licenses: known }];
  }
  const { version: written, ...unversioned } = purl;
  const formatted = formatPurl(unversioned);
  return [{ name: formatted, purl: formatted, version: written ?? textIn(version) ?? "", licenses: known }];
}

function cyclonedx({ components }: Json): readonly Component[] {
  const found: Component[] = [];
  const pending = [...objectsIn(components)];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    const { purl, group, name, version, type } = each;
    const whole = textIn(group) === undefined ? name : `${group}/${name}`;
    if (type !== "file")
      found.push(...component({ purl: textIn(purl), name: whole, version, licenses: cyclonedxLicenses(each) }));
    for (const child of objectsIn(each["components"])) pending.push(child);
  }
  return found.toReversed();
}

const cyclonedxLicenses = ({ licenses }: Json): readonly string[] =>
  objectsIn(licenses).flatMap(({ license, expression }) => {
    const { id, name } = objectIn(license) ?? {};
    return textIn(expression) ?? textIn(id) ?? textIn(name) ?? [];
  });

function spdx({ packages }: Json): readonly Component[] {
  return objectsIn(packages).flatMap(({ externalRefs, name, versionInfo, licenseConcluded, licenseDeclared }) => {
    const purl = objectsIn(externalRefs).find(({ referenceType }) => referenceType === "purl");
    const license = [textIn(licenseConcluded), textIn(licenseDeclared)].find(
      (each) => each !== undefined && each !== "NOASSERTION" && each !== "NONE",
    );
    const licenses = license === undefined ? [] : [license];
    return component({ purl: textIn(purl?.["referenceLocator"]), name, version: versionInfo, licenses });
  });
}

function syft({ artifacts }: Json): readonly Component[] {
  return objectsIn(artifacts).flatMap(({ purl, name, version, licenses }) => {
    const listed = objectsIn(licenses).flatMap(
      ({ spdxExpression, value }) => textIn(spdxExpression) ?? textIn(value) ?? [],
    );
    return component({ purl: textIn(purl), name, version, licenses: [...listed, ...textsIn(licenses)] });
  });
}

const readers = { cdx: cyclonedx, spdx, syft } as const;
