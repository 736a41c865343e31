import { cnbIn } from "../config/cnb/cnb-label.ts";
import { layerEntries } from "../oci/layers/layer-content.ts";
import type { Image } from "../oci/model/image.ts";
import { labelsOf } from "../oci/model/mutate.ts";

/** The SBOM formats, named as in file names: `sbom.cdx.json`. */
export const sbomFormats = ["cdx", "spdx", "syft"] as const;
export type SbomFormat = (typeof sbomFormats)[number];

/** An SBOM file in an image. */
export interface SbomDocument {
  /**
   * The path in the image without leading slash:
   * `layers/sbom/launch/libcnb_node-engine/node/sbom.cdx.json`.
   */
  readonly path: string;
  /** The format of the SBOM; undefined if it is unknown. */
  readonly format: SbomFormat | undefined;
  /** True if the SBOM describes the base image. */
  readonly isOfBase: boolean;
  readonly content: Uint8Array;
}

/**
 * The limit of read bytes. The SBOMs of an app with ten thousand packages take 60 MB in three
 * formats.
 */
const maxBytes = 1 << 30;

/**
 * Reads the SBOMs in an image. The SBOMs of the base image come first, then those of `cnb` in the
 * image, then those of the buildpacks. `app` is the diff ID of the layer with the buildpacks'
 * SBOMs.
 */
export async function sbomDocuments(image: Image, app: string | undefined): Promise<readonly SbomDocument[]> {
  const base = labelsOf(image)["io.buildpacks.base.sbom"];
  const added = (cnbIn(image)?.layers ?? []).map(async (layer) =>
    (await documentsIn(image, layer, false)).filter(({ format }) => format !== undefined),
  );
  return [
    ...(base === undefined || base === app ? [] : await documentsIn(image, base, true)),
    ...(await Promise.all(added)).flat(),
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
