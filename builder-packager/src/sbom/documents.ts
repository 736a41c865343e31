import { layerEntries } from "../oci/layers/layer-content.ts";
import type { Image } from "../oci/model/image.ts";
import { labelsOf } from "../oci/model/mutate.ts";

/** Formats of bills of materials, by the ending of their files. */
export const sbomFormats = ["cdx", "spdx", "syft"] as const;
export type SbomFormat = (typeof sbomFormats)[number];

/** An SBOM file in an image. */
export interface SbomDocument {
  /**
   * The path in the image without leading slash:
   * `layers/sbom/launch/libcnb_node-engine/node/sbom.cdx.json`.
   */
  readonly path: string;
  /** The format; undefined for obsolete ones. */
  readonly format: SbomFormat | undefined;
  /** True if it is about the run image. */
  readonly isOfBase: boolean;
  readonly content: Uint8Array;
}

/** An SBOM of an app of ten thousand packages in three formats takes 60 MB. */
const maxBytes = 1 << 30;

/** The SBOMs in an image, its base's first: those of buildpacks, and those of the base. */
export async function sbomDocuments(image: Image, app: string | undefined): Promise<readonly SbomDocument[]> {
  const base = labelsOf(image)["io.buildpacks.base.sbom"];
  return [
    ...(base === undefined || base === app ? [] : await documentsIn(image, base, true)),
    ...(app === undefined ? [] : await documentsIn(image, app, false)),
  ];
}

async function documentsIn(image: Image, diffId: string, isOfBase: boolean): Promise<readonly SbomDocument[]> {
  const layer = image.layers.find((each) => each.diffId === diffId);
  const entries = layer ? await layerEntries(layer, { maxBytes }) : [];
  return entries.flatMap((entry) => {
    if (entry.type !== "file" || !(entry.content instanceof Uint8Array) || !entry.path.endsWith(".json")) return [];
    const path = entry.path.replace(/^\/+/, "");
    return [{ path, format: formatOf(path), isOfBase, content: entry.content }];
  });
}

const formatOf = (path: string): SbomFormat | undefined =>
  sbomFormats.find((format) => path.endsWith(`bom.${format}.json`));
