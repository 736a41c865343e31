import type { FileMap } from "libcnb/testing";

/** A component of a CycloneDX document. */
export interface ListedComponent {
  readonly purl?: string;
  readonly group?: string;
  readonly name: string;
  readonly version?: string;
  readonly scope?: string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly unknown[];
}

/** Returns the components in the SBOM of the image (`launch`) or of the build (`build`). */
export const componentsIn = (layers: FileMap, phase: "launch" | "build"): readonly ListedComponent[] =>
  (JSON.parse(String(layers[`${phase}.sbom.cdx.json`])) as { readonly components: readonly ListedComponent[] })
    .components;

/**
 * Returns the sorted Package URLs of components. A module of the app has no Package URL, so it
 * appears as `group/name@version`.
 */
export const namesOf = (components: readonly ListedComponent[]): readonly string[] =>
  components.map(({ purl, group, name, version }) => purl ?? `${group}/${name}@${version}`).toSorted();
