import type { Json, Subject } from "./json.ts";
import { objectsIn, textIn } from "./json.ts";

const documentId = "SPDXRef-DOCUMENT";
const imageId = "SPDXRef-Image";

/** Merges SPDX 2.3 documents. In the result, the image contains the packages of all documents. */
export function mergedSpdx(documents: readonly Json[], subject: Subject): Json {
  const merge: Merge = { packages: new Map(), relationships: new Map(), licenses: new Map() };
  for (const document of documents) add(document, merge);
  const ofImage = [
    relationship(documentId, "DESCRIBES", imageId),
    ...[...merge.packages.keys()].map((id) => relationship(imageId, "CONTAINS", id)),
  ];
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: documentId,
    name: subject.name,
    documentNamespace: `https://spdx.org/spdxdocs/image-sbom-${subject.digest.replace(/^sha256:/, "")}`,
    creationInfo: { created: "1980-01-01T00:00:01Z", creators: ["Tool: libcnb"] },
    packages: [imagePackage(subject), ...merge.packages.values()],
    hasExtractedLicensingInfos: [...merge.licenses.values()],
    relationships: [...ofImage, ...merge.relationships.values()],
  };
}

interface Merge {
  readonly packages: Map<string, Json>;
  readonly relationships: Map<string, Json>;
  /** Licenses outside of the SPDX list, by text. */
  readonly licenses: Map<string, Json>;
}

const imagePackage = ({ name, digest }: Subject): Json => ({
  SPDXID: imageId,
  name,
  versionInfo: digest,
  primaryPackagePurpose: "CONTAINER",
  downloadLocation: "NOASSERTION",
  filesAnalyzed: false,
});

const relationship = (from: string, type: string, to: string): Json => ({
  spdxElementId: from,
  relationshipType: type,
  relatedSpdxElement: to,
});

function add(document: Json, { packages, relationships, licenses }: Merge): void {
  const renamed = renamedLicenses(objectsIn(document["hasExtractedLicensingInfos"]), licenses);
  const ids = new Map<string, string>();
  for (const found of objectsIn(document["packages"])) {
    const { SPDXID: own, ...rest } = found;
    const id = idOf(found, packages);
    if (textIn(own)) ids.set(textIn(own) ?? "", id);
    if (!packages.has(id)) packages.set(id, { SPDXID: id, ...withLicenses(rest, renamed) });
  }
  for (const found of objectsIn(document["relationships"])) {
    const [from, to] = [found["spdxElementId"], found["relatedSpdxElement"]].map((id) => ids.get(textIn(id) ?? ""));
    const type = textIn(found["relationshipType"]);
    // Those of the document itself are said of the image now.
    if (from === undefined || to === undefined || type === undefined) continue;
    relationships.set(`${from} ${type} ${to}`, relationship(from, type, to));
  }
}

/** The id of a package. It is only changed if another package has the same id. */
function idOf(found: Json, packages: ReadonlyMap<string, Json>): string {
  const wanted = textIn(found["SPDXID"]) ?? "SPDXRef-Package";
  const same = (id: string) => isSame(packages.get(id), found);
  for (let at = 1, id = wanted; ; id = `${wanted}-${++at}`)
    if (id !== imageId && id !== documentId && (!packages.has(id) || same(id))) return id;
}

const identity = (found: Json): string =>
  JSON.stringify([found["name"], found["versionInfo"], found["externalRefs"], found["checksums"]]);

const isSame = (one: Json | undefined, other: Json): boolean => one !== undefined && identity(one) === identity(other);

/** Renames licenses if two documents use the same `LicenseRef-` for different texts. */
function renamedLicenses(found: readonly Json[], known: Map<string, Json>): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  for (const license of found) {
    const wanted = textIn(license["licenseId"]);
    if (wanted === undefined) continue;
    const isOther = (id: string) => known.has(id) && known.get(id)?.["extractedText"] !== license["extractedText"];
    let id = wanted;
    for (let at = 2; isOther(id); at++) id = `${wanted}-${at}`;
    known.set(id, { ...license, licenseId: id });
    if (id !== wanted) renamed.set(wanted, id);
  }
  return renamed;
}

function withLicenses(found: Json, renamed: ReadonlyMap<string, string>): Json {
  if (renamed.size === 0) return found;
  const inExpression = (value: unknown) =>
    typeof value === "string" ? value.replace(/LicenseRef-[A-Za-z0-9.-]+/g, (id) => renamed.get(id) ?? id) : value;
  const names = ["licenseConcluded", "licenseDeclared"].filter((name) => name in found);
  return { ...found, ...Object.fromEntries(names.map((name) => [name, inExpression(found[name])])) };
}
