import type { Component } from "libcnb";
import { sbomText } from "libcnb/internal";

/** The subject of a program's SBOM. */
export interface ProgramSubject {
  readonly component: Component;
  /** The reference of the subject in the SBOM. No component may have it. */
  readonly ref: string;
}

/**
 * Creates the SBOM of a program in CycloneDX 1.6. The subject depends on all components that no
 * other component depends on. The same program gives the same bytes.
 */
export async function programSbom(
  { component, ref }: ProgramSubject,
  components: readonly Component[],
): Promise<string> {
  const written: Document = JSON.parse(await sbomText("cyclonedx", components));
  const { $schema, bomFormat, specVersion, version, components: contained, dependencies = [] } = written;
  const [about] = JSON.parse(await sbomText("cyclonedx", [component])).components;
  const whole = {
    $schema,
    bomFormat,
    specVersion,
    version,
    metadata: { component: { ...about, "bom-ref": ref } },
    components: contained,
    dependencies: [{ ref, dependsOn: topLevel(written) }, ...dependencies],
  };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

interface Document {
  readonly $schema?: string;
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly version: number;
  readonly components?: readonly { readonly "bom-ref": string }[];
  readonly dependencies?: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** Components that no other depends on. */
function topLevel({ components = [], dependencies = [] }: Document): string[] {
  const needed = new Set(dependencies.flatMap(({ dependsOn = [] }) => dependsOn));
  return components.map((each) => each["bom-ref"]).filter((ref) => !needed.has(ref));
}
