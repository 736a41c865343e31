import type { Component } from "libcnb";
import { sbomText } from "libcnb/internal";
import { defined } from "../../defined.ts";

/** The subject of an SBOM: the buildpack or extension that it describes. */
export interface SbomSubject {
  readonly id: string;
  readonly version: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The SPDX ids of the licenses in buildpack.toml. */
  readonly licenses?: readonly string[];
}

/**
 * Creates the SBOM `sbom.cdx.json` in a buildpack's directory: CycloneDX 1.6, with the buildpack as
 * subject and the packages in its program and Node.js as components. The same program gives the
 * same bytes.
 *
 * @example `await buildpackSbom({ id: "me/hello", version: "1.0.0" }, executable.components)`
 */
export async function buildpackSbom(subject: SbomSubject, components: readonly Component[]): Promise<string> {
  const written: Document = JSON.parse(await sbomText("cyclonedx", components));
  const { $schema, bomFormat, specVersion, version, components: contained, dependencies = [] } = written;
  const about = await subjectComponent(subject);
  const root = { ref: about["bom-ref"], dependsOn: topLevel(written) };
  const whole = {
    $schema,
    bomFormat,
    specVersion,
    version,
    metadata: { component: about },
    components: contained,
    dependencies: [root, ...dependencies],
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

/** The subject as a CycloneDX component. Its reference cannot equal that of a package. */
async function subjectComponent({ id, version, name, description, licenses = [] }: SbomSubject) {
  const text = [name, description].filter((part) => part !== undefined && part !== "").join(": ");
  const component: Component = {
    type: "application",
    name: id,
    version,
    licenses,
    ...defined({ description: text || undefined }),
  };
  const [written] = JSON.parse(await sbomText("cyclonedx", [component])).components;
  return { ...written, "bom-ref": `buildpack:${id}@${version}` };
}
