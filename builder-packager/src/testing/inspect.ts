import { type BuildMetadata, buildpackLabels, type LifecycleMetadata } from "../inspect/labels.ts";
import { layerEntries } from "../oci/layers/layer-content.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { serializeImage } from "../oci/model/serialize.ts";

/** A process type in an image's label `io.buildpacks.build.metadata`. */
export interface InspectedProcess {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly default: boolean;
  readonly workingDir: string | undefined;
  readonly buildpack: string | undefined;
}

/** The contents of an image's labels and configuration. */
export interface InspectedImage {
  /** The digest of the image's manifest. */
  readonly digest: Digest;
  /** The diff IDs of the layers, lowest first. */
  readonly layers: readonly Digest[];
  /** The diff IDs of the buildpacks' layers by name, for example `acme/node:runtime`. */
  readonly buildpackLayers: Readonly<Record<string, Digest>>;
  readonly buildpacks: readonly { readonly id: string; readonly version: string }[];
  /** The processes that the image can start, by type. */
  readonly processes: Readonly<Record<string, InspectedProcess>>;
  /** The environment variables in the image's configuration. */
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** The parsed SBOMs by path, for example `acme_node/runtime/sbom.cdx.json`. */
  readonly sbom: Readonly<Record<string, unknown>>;
}

/**
 * Reads the labels and configuration of an image.
 *
 * @throws CnbError LABEL_INVALID
 */
export async function inspectImage(image: Image): Promise<InspectedImage> {
  const known = buildpackLabels(image);
  const { Env, Labels } = image.config.config ?? {};
  return {
    digest: serializeImage(image).manifestDigest,
    layers: image.layers.map(({ diffId }) => diffId),
    buildpackLayers: known ? buildpackLayers(known.lifecycle) : {},
    buildpacks: (known?.build.buildpacks ?? []).map(({ id, version }) => ({ id, version })),
    processes: known ? processesOf(known.build) : {},
    env: Object.fromEntries((Env ?? []).map(splitVariable)),
    labels: Labels ?? {},
    sbom: await sbomOf(image, known?.lifecycle.sbom?.sha),
  };
}

function buildpackLayers({ buildpacks }: LifecycleMetadata): Readonly<Record<string, Digest>> {
  const layers = (buildpacks ?? []).flatMap(({ key, layers }) =>
    Object.entries(layers ?? {}).flatMap(([name, { sha }]) => (sha ? [[`${key}:${name}`, sha] as const] : [])),
  );
  return Object.fromEntries(layers);
}

function processesOf(build: BuildMetadata): InspectedImage["processes"] {
  const entries = (build.processes ?? []).map((process) => [
    process.type,
    {
      command: process.command,
      args: process.args ?? [],
      default: process.type === build["buildpack-default-process-type"],
      workingDir: process["working-dir"],
      buildpack: process.buildpackID,
    },
  ]);
  return Object.fromEntries(entries);
}

function splitVariable(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

async function sbomOf(image: Image, diffId: Digest | undefined): Promise<InspectedImage["sbom"]> {
  const layer = image.layers.find((each) => each.diffId === diffId);
  if (diffId === undefined || layer === undefined) return {};
  const documents = (await layerEntries(layer)).flatMap((entry) => {
    const path = /^\/?layers\/sbom\/launch\/(.+\/sbom\.(?:cdx|spdx|syft)\.json)$/.exec(entry.path)?.[1];
    if (path === undefined || entry.type !== "file" || !(entry.content instanceof Uint8Array)) return [];
    return [[path, JSON.parse(Buffer.from(entry.content).toString("utf8"))] as const];
  });
  return Object.fromEntries(documents);
}
