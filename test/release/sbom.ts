import type { PublishedImage } from "./plan.ts";

/** The parts of a CycloneDX document that are merged. */
export interface SbomDocument {
  readonly metadata?: { readonly component?: SbomComponent };
  readonly components?: readonly SbomComponent[];
  readonly dependencies?: readonly SbomDependency[];
}

interface SbomComponent {
  readonly "bom-ref"?: string;
  readonly [key: string]: unknown;
}

interface SbomDependency {
  readonly ref: string;
  readonly dependsOn?: readonly string[];
}

/**
 * Merges the SBOMs in an image into one, with the image as subject: those of the base and of each
 * buildpack, for all platforms. Components with the same reference appear once.
 */
export function mergedSbom({ name, reference, kind }: PublishedImage, version: string, parts: readonly SbomDocument[]) {
  const subject = { type: "container", name, version, "bom-ref": `image:${reference}`, description: `${kind} ${name}` };
  const all = parts.flatMap(({ metadata, components = [] }) => [
    ...(metadata?.component === undefined ? [] : [metadata.component]),
    ...components,
  ]);
  const components = new Map(all.map((each) => [each["bom-ref"] ?? JSON.stringify(each), each]));
  const dependencies = new Map<string, Set<string>>();
  for (const { ref, dependsOn = [] } of parts.flatMap((part) => part.dependencies ?? []))
    dependencies.set(ref, new Set([...(dependencies.get(ref) ?? []), ...dependsOn]));
  const tops = parts.flatMap(({ metadata }) => metadata?.component?.["bom-ref"] ?? []);
  dependencies.set(subject["bom-ref"], new Set(tops.filter((ref) => components.has(ref))));
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: subject },
    components: [...components.values()],
    dependencies: [...dependencies]
      .map(([ref, others]) => ({ ref, dependsOn: [...others].toSorted() }))
      .toSorted((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
}
