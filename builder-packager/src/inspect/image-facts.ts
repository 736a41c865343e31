import type { Digest } from "../oci/digest.ts";
import type { Image } from "../oci/image.ts";
import { layerEntries } from "../oci/layer-content.ts";
import { serializeImage } from "../oci/serialize.ts";
import { type BuildMetadata, buildpackLabels, type LifecycleMetadata } from "./labels.ts";
import { layerMakers } from "./layer-makers.ts";

/** What `cnb inspect` shows of an image. */
export interface ImageFacts {
  readonly digest: Digest;
  /** For example `linux/amd64`. */
  readonly platform: string;
  /** Sum of all layer blobs in bytes, as stored (compressed). */
  readonly sizeBytes: number;
  readonly layers: readonly LayerFacts[];
  readonly processes: readonly ProcessFacts[];
  readonly buildpacks: readonly { readonly id: string; readonly version: string }[];
  readonly sbom: { readonly documents: number; readonly components: number };
}

export interface LayerFacts {
  readonly diffId: Digest;
  /** Bytes of the blob as stored (compressed). */
  readonly sizeBytes: number;
  readonly maker: string;
}

export interface ProcessFacts {
  readonly type: string;
  readonly command: readonly string[];
  readonly default: boolean;
}

/**
 * Gathers the facts of one image; of the layers only the SBOM's is read.
 *
 * @example `const { processes } = await imageFacts(image)`
 */
export async function imageFacts(image: Image): Promise<ImageFacts> {
  const labels = buildpackLabels(image);
  const { os, architecture, variant } = image.config;
  return {
    digest: serializeImage(image).manifestDigest,
    platform: [os, architecture, variant].filter(Boolean).join("/"),
    sizeBytes: image.layers.reduce((sum, layer) => sum + layer.size, 0),
    layers: layerFacts(image, labels?.lifecycle),
    processes: labels ? processFacts(labels.build) : [],
    buildpacks: (labels?.build.buildpacks ?? []).map(({ id, version }) => ({ id, version })),
    sbom: await sbomFacts(image, labels?.lifecycle.sbom?.sha),
  };
}

function layerFacts(image: Image, metadata: LifecycleMetadata | undefined): LayerFacts[] {
  const makers = metadata ? layerMakers(metadata) : new Map<Digest, string>();
  const top = image.layers.findIndex((layer) => layer.diffId === metadata?.runImage?.topLayer);
  const history = (image.config.history ?? []).filter((entry) => !entry.empty_layer);
  return image.layers.map((layer, index) => ({
    diffId: layer.diffId,
    sizeBytes: layer.size,
    maker: index <= top ? "run image" : (makers.get(layer.diffId) ?? history[index]?.created_by ?? "unknown"),
  }));
}

const processFacts = (build: BuildMetadata): ProcessFacts[] =>
  (build.processes ?? []).map((process) => ({
    type: process.type,
    command: [...process.command, ...(process.args ?? [])],
    default: process.type === build["buildpack-default-process-type"],
  }));

/** Counts the documents and, in the CycloneDX ones, the components: other formats repeat the same components. */
async function sbomFacts(image: Image, diffId: Digest | undefined): Promise<ImageFacts["sbom"]> {
  const layer = image.layers.find((each) => diffId !== undefined && each.diffId === diffId);
  if (!layer) return { documents: 0, components: 0 };
  const files = (await layerEntries(layer)).filter((entry) => entry.type === "file");
  const documents = files.filter(({ path }) => path.endsWith(".json"));
  const components = documents
    .filter(({ path }) => path.endsWith("sbom.cdx.json"))
    .map(({ content }) => (content instanceof Uint8Array ? countComponents(content) : 0));
  return { documents: documents.length, components: components.reduce((sum, count) => sum + count, 0) };
}

function countComponents(document: Uint8Array): number {
  try {
    const { components } = JSON.parse(Buffer.from(document).toString("utf8"));
    return Array.isArray(components) ? components.length : 0;
  } catch {
    return 0; // somebody else's broken SBOM is no reason to fail an inspection
  }
}
