// Imports parts of the library: its main module would add validators, and their optional dependencies, to every buildpack.
import * as Enums from "@cyclonedx/cyclonedx-library/Enums";
import * as Models from "@cyclonedx/cyclonedx-library/Models";
import * as Serialize from "@cyclonedx/cyclonedx-library/Serialize";
import * as Spec from "@cyclonedx/cyclonedx-library/Spec";
import { defined } from "../defined.ts";
import type { Bom, BomComponent } from "./bom.ts";
import { allOf, type License } from "./license.ts";

/** Formats a document as CycloneDX 1.6 in JSON. */
export function cycloneDxJson({ components, subject }: Bom): string {
  const models = new Map(components.map((component) => [component.ref, model(component)]));
  const about = subject && model(subject);
  const all = subject && about ? new Map([...models, [subject.ref, about]]) : models;
  for (const { ref, dependsOn } of subject ? [...components, subject] : components) {
    for (const dependency of dependsOn.map((each) => all.get(each)?.bomRef)) {
      if (dependency !== undefined) all.get(ref)?.dependencies.add(dependency);
    }
  }
  const bom = new Models.Bom({
    components: new Models.ComponentRepository(models.values()),
    metadata: new Models.Metadata(about && { component: about }),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  // sorted here, because the library sorts by the locale of the machine
  return `${serializer.serialize(bom, { sortLists: false, space: 2 })}\n`;
}

function model(given: BomComponent): Models.Component {
  const { type, name, ref, version, group, description, purl, supplier } = given;
  const [cpe, ...otherCpes] = given.cpes;
  const component = new Models.Component(componentTypes[type], name, {
    bomRef: ref,
    ...defined({
      scope: given.scope && scopes[given.scope],
      version,
      group,
      cpe,
      description,
      purl,
      supplier: supplier === undefined ? undefined : new Models.OrganizationalEntity({ name: supplier }),
    }),
  });
  for (const license of licenses(given.licenses)) component.licenses.add(license);
  for (const [algorithm, checksum] of given.checksums) component.hashes.set(hashAlgorithms[algorithm], checksum);
  // a component has only one field for a CPE name; scanners read further ones from this property
  for (const each of otherCpes) component.properties.add(new Models.Property("syft:cpe23", each));
  if (given.downloadUrl !== undefined) {
    component.externalReferences.add(
      new Models.ExternalReference(given.downloadUrl, Enums.ExternalReferenceType.Distribution),
    );
  }
  return component;
}

// CycloneDX allows one expression or a list of licences. Of a mixture, the library would write only the expression.
function licenses(given: readonly License[]): readonly Models.License[] {
  if (given.some(({ kind }) => kind === "expression") && given.every(({ kind }) => kind !== "named")) {
    return [new Models.LicenseExpression(allOf(given, (name) => name))];
  }
  return given.map((license) => {
    if (license.kind === "id") return new Models.SpdxLicense(license.id);
    return new Models.NamedLicense(license.kind === "named" ? license.name : license.expression);
  });
}

const componentTypes = {
  application: Enums.ComponentType.Application,
  framework: Enums.ComponentType.Framework,
  library: Enums.ComponentType.Library,
  container: Enums.ComponentType.Container,
  "operating-system": Enums.ComponentType.OperatingSystem,
  file: Enums.ComponentType.File,
} as const;

const scopes = {
  optional: Enums.ComponentScope.Optional,
  excluded: Enums.ComponentScope.Excluded,
} as const;

const hashAlgorithms = {
  md5: Enums.HashAlgorithm.MD5,
  sha1: Enums.HashAlgorithm["SHA-1"],
  sha256: Enums.HashAlgorithm["SHA-256"],
  sha384: Enums.HashAlgorithm["SHA-384"],
  sha512: Enums.HashAlgorithm["SHA-512"],
} as const;
