import type { Bom, BomComponent } from "./bom.ts";
import type { ComponentType } from "./component-model.ts";
import { digestOf } from "./digest.ts";
import { fullName, inOrder } from "./facts.ts";
import { allOf } from "./license.ts";

/**
 * Formats a document as SPDX 2.3 in JSON.
 *
 * SPDX requires a time and a unique URI in the document. The time is fixed, and the URI contains
 * the digest of the contents, so that the same components give the same bytes. Otherwise, every
 * build would create a new layer.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/
 */
export async function spdxJson(bom: Bom): Promise<string> {
  const { subject, digest } = bom;
  const components = subject === undefined ? bom.components : [subject, ...bom.components];
  const refs = await licenseRefs(components);
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: documentId,
    name: "buildpack-sbom",
    documentNamespace: `https://spdx.org/spdxdocs/buildpack-sbom-${digest}`,
    creationInfo: {
      comment: "The time is fixed, so that the same components give the same document.",
      created: "1980-01-01T00:00:01Z", // the time that the lifecycle gives all files of an image
      creators: ["Tool: libcnb"],
    },
    packages: components.map((component) => packageOf(component, refs)),
    hasExtractedLicensingInfos: extractedLicenses(components, refs),
    relationships: relationships(bom),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const documentId = "SPDXRef-DOCUMENT";
const unknown = "NOASSERTION";

type LicenseRefs = ReadonlyMap<string, string>;

function packageOf(component: BomComponent, refs: LicenseRefs): Readonly<Record<string, unknown>> {
  const { type, version, supplier, downloadUrl, description, licenses, checksums } = component;
  const declared = allOf(licenses, (name) => refs.get(name) ?? unknown);
  return {
    SPDXID: spdxId(component),
    name: fullName(component),
    versionInfo: version,
    primaryPackagePurpose: purposes[type],
    supplier: supplier === undefined ? unknown : `Organization: ${oneLine(supplier)}`,
    downloadLocation: downloadUrl ?? unknown,
    filesAnalyzed: false,
    checksums: checksums.map(([algorithm, checksumValue]) => ({ algorithm: algorithm.toUpperCase(), checksumValue })),
    licenseConcluded: unknown,
    licenseDeclared: declared === "" ? unknown : declared,
    copyrightText: unknown,
    description,
    comment: component.scope && `scope: ${component.scope}`,
    externalRefs: externalRefs(component),
  };
}

function externalRefs({ purl, cpes }: BomComponent) {
  const locators = [
    ...cpes.map((cpe) => ["SECURITY", "cpe23Type", cpe] as const),
    ...(purl === undefined ? [] : [["PACKAGE-MANAGER", "purl", purl] as const]),
  ];
  return locators.map(([referenceCategory, referenceType, referenceLocator]) => ({
    referenceCategory,
    referenceType,
    referenceLocator,
  }));
}

function relationships({ subject, components }: Bom) {
  const all = subject === undefined ? components : [subject, ...components];
  if (all.length === 0) return [relationship(documentId, "DESCRIBES", "NONE")]; // SPDX requires a relationship DESCRIBES
  const byRef = new Map(all.map((component) => [component.ref, component]));
  const needed = all.flatMap((component) =>
    component.dependsOn.flatMap((ref) => byRef.get(ref) ?? []).map((each) => dependency(component, each)),
  );
  return [...described(subject, components), ...needed];
}

/**
 * The elements that the document describes: its subject, which contains the others, or all
 * components if there is no subject.
 */
function described(subject: BomComponent | undefined, components: readonly BomComponent[]) {
  if (subject === undefined) return components.map((each) => relationship(documentId, "DESCRIBES", spdxId(each)));
  const contained = components.filter(({ scope }) => scope !== "excluded");
  return [
    relationship(documentId, "DESCRIBES", spdxId(subject)),
    ...contained.map((each) => relationship(spdxId(subject), "CONTAINS", spdxId(each))),
  ];
}

// If a dependency has a lesser scope than its dependent, the type of the relationship states the
// scope. Otherwise it is needed as much as its dependent.
function dependency(from: BomComponent, to: BomComponent) {
  if (to.scope === undefined || to.scope === from.scope || from.scope === "excluded")
    return relationship(spdxId(from), "DEPENDS_ON", spdxId(to));
  return relationship(spdxId(to), lesserDependencies[to.scope], spdxId(from));
}

const lesserDependencies = { optional: "OPTIONAL_DEPENDENCY_OF", excluded: "DEV_DEPENDENCY_OF" } as const;

const relationship = (spdxElementId: string, relationshipType: string, relatedSpdxElement: string) => ({
  spdxElementId,
  relationshipType,
  relatedSpdxElement,
});

const spdxId = (component: BomComponent): string => `SPDXRef-Package-${slug(fullName(component))}-${component.id}`;

/** Ids of licenses that only have a name, by name. */
async function licenseRefs(components: readonly BomComponent[]): Promise<LicenseRefs> {
  const names = components.flatMap(({ licenses }) =>
    licenses.flatMap((license) => (license.kind === "named" ? [license.name] : [])),
  );
  return new Map(
    await Promise.all(
      [...new Set(names)].map(async (name) => {
        const digest = (await digestOf(name)).slice(0, 16);
        return [name, `LicenseRef-${slug(name)}-${digest}`] as const;
      }),
    ),
  );
}

// SPDX requires a text for each LicenseRef. If only the name of a licence is known, the name is also the text.
function extractedLicenses(components: readonly BomComponent[], refs: LicenseRefs) {
  const expressionRefs = components.flatMap(({ licenses }) =>
    licenses.flatMap((license) => (license.kind === "expression" ? license.refs : [])),
  );
  const texts = new Map(expressionRefs.map((ref) => [ref, { name: ref, extractedText: unknown }]));
  for (const [name, ref] of refs) texts.set(ref, { name: oneLine(name).slice(0, 100), extractedText: name });
  return [...texts]
    .sort(([a], [b]) => inOrder(a, b))
    .map(([licenseId, { name, extractedText }]) => ({ licenseId, name, extractedText }));
}

// ids have letters, digits, "." and "-"
const slug = (text: string): string =>
  text
    .slice(0, 64)
    .replace(/[^A-Za-z0-9.]+/g, "-")
    .replace(/^-+|-+$/g, "");

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const purposes: Readonly<Record<ComponentType, string>> = {
  application: "APPLICATION",
  framework: "FRAMEWORK",
  library: "LIBRARY",
  container: "CONTAINER",
  "operating-system": "OPERATING_SYSTEM",
  file: "FILE",
};
