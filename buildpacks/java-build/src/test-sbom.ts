import type { FileMap } from "libcnb/testing";

/** A component of a CycloneDX document. */
export interface Listed {
  readonly purl?: string;
  readonly group?: string;
  readonly name: string;
  readonly version?: string;
  readonly scope?: string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly unknown[];
}

/** The components in the SBOM of an image or of a build. */
export const componentsIn = (layers: FileMap, phase: "launch" | "build"): readonly Listed[] =>
  (JSON.parse(String(layers[`${phase}.sbom.cdx.json`])) as { readonly components: readonly Listed[] }).components;

/** The sorted Package URLs of components. For modules of the app itself, the name. */
export const namesOf = (components: readonly Listed[]): readonly string[] =>
  components.map(({ purl, group, name, version }) => purl ?? `${group}/${name}@${version}`).toSorted();
