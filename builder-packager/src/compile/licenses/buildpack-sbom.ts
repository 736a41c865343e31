import type { Component } from "libcnb";
import { defined } from "../../defined.ts";
import { programSbom } from "./program-sbom.ts";

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
 * Creates the SBOM `sbom.cdx.json` in a buildpack's directory. The format is CycloneDX 1.6. The
 * subject is the buildpack, and the components are Node.js and the packages in the buildpack's
 * program. The same program gives the same bytes.
 *
 * @example `await buildpackSbom({ id: "me/hello", version: "1.0.0" }, executable.components)`
 */
export function buildpackSbom(
  { id, version, name, description, licenses = [] }: SbomSubject,
  components: readonly Component[],
): Promise<string> {
  const text = [name, description].filter((part) => part !== undefined && part !== "").join(": ");
  const component: Component = {
    type: "application",
    name: id,
    version,
    licenses,
    ...defined({ description: text || undefined }),
  };
  // no package has such a reference
  return programSbom({ component, ref: `buildpack:${id}@${version}` }, components);
}
