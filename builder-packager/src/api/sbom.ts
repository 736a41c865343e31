import type { ImageReference } from "../oci/model/reference.ts";
import { downloadSbom as download, type SbomSettings } from "../sbom/download.ts";
import type { Host } from "./host.ts";

/** The input of {@link downloadSbom}. */
export interface SbomInput extends SbomSettings {
  /** The image to read from. Merged documents are named after it, and can be attached to it. */
  readonly image: ImageReference;
}

/**
 * Writes the SBOMs of an image. By default, the files keep their paths in the image's layers, as
 * with `pack sbom download`. With `merge`, the result is `sbom.cdx.json`, `sbom.spdx.json` and
 * `sbom.syft.json`.
 *
 * @returns the written paths, and `REFERENCE@DIGEST` of each attached document
 * @throws CnbError SBOM_NOT_FOUND, SBOM_INVALID, OUTPUT_UNWRITABLE, IMAGE_…, REGISTRY_….
 * @example `await downloadSbom({ image: parseImageReference("oci:dist/app"), dir: "dist/sbom",
 * merge: true }, host)`
 */
export const downloadSbom = async ({ image, ...options }: SbomInput, { registry }: Host): Promise<readonly string[]> =>
  download(image, { ...options, registry });
