import { defined } from "../../defined.ts";
import { type Digest, digestOf } from "./digest.ts";
import type { Image } from "./image.ts";
import { dockerLayerType, mediaTypes, ociLayerType } from "./media-type.ts";
import type { ContainerConfig, Descriptor, HistoryEntry, ImageConfig } from "./spec.ts";

/** The manifest and configuration of an image in the form in which they are stored. */
export interface SerializedImage {
  readonly manifest: Uint8Array;
  readonly manifestDigest: Digest;
  readonly config: Uint8Array;
  readonly configDigest: Digest;
  /** The media type of the manifest. */
  readonly mediaType: string;
}

const configOrder = [
  "created",
  "author",
  "architecture",
  "os",
  "os.version",
  "os.features",
  "variant",
  "config",
  "rootfs",
  "history",
];
const containerOrder = [
  "User",
  "ExposedPorts",
  "Env",
  "Entrypoint",
  "Cmd",
  "Volumes",
  "WorkingDir",
  "Labels",
  "StopSignal",
];
const historyOrder = ["created", "created_by", "author", "comment", "empty_layer"];
const rootfsOrder = ["type", "diff_ids"];

/**
 * Returns the bytes of an image's manifest and configuration.
 *
 * The result is deterministic. Known keys are in the specification's order, other keys and labels
 * are sorted by name, and there are no spaces. An unmodified image keeps its bytes and therefore
 * its digest. A modified image gets an OCI manifest.
 *
 * @example `const { manifestDigest } = serialize(image)`
 */
export function serializeImage(image: Image): SerializedImage {
  if (image.raw) return withDigests(image.raw.manifest, image.raw.config, image.raw.mediaType);
  const config = jsonBytes(orderedConfig(image.config));
  return withDigests(manifestBytes(image, config), config, mediaTypes.ociManifest);
}

const withDigests = (manifest: Uint8Array, config: Uint8Array, mediaType: string): SerializedImage => ({
  manifest,
  manifestDigest: digestOf(manifest),
  config,
  configDigest: digestOf(config),
  mediaType,
});

/**
 * Creates a manifest for the given layers and configuration. A manifest of Docker's schema 2 gets
 * no annotations.
 */
export function manifestBytes(
  { layers, annotations }: Pick<Image, "layers" | "annotations">,
  config: Uint8Array,
  types: "docker" | "oci" = "oci",
): Uint8Array {
  const docker = types === "docker";
  const layerType = docker ? dockerLayerType : ociLayerType;
  return jsonBytes({
    schemaVersion: 2,
    mediaType: docker ? mediaTypes.dockerManifest : mediaTypes.ociManifest,
    config: {
      mediaType: docker ? mediaTypes.dockerConfig : mediaTypes.ociConfig,
      digest: digestOf(config),
      size: config.length,
    },
    layers: layers.map(
      ({ mediaType, digest, size }): Descriptor => ({ mediaType: layerType(mediaType) ?? mediaType, digest, size }),
    ),
    ...defined({ annotations: annotations && !docker ? sorted(annotations) : undefined }),
  });
}

function orderedConfig({ config, rootfs, history, ...rest }: ImageConfig): Record<string, unknown> {
  const complete = {
    ...rest,
    ...defined({ config: config && orderedContainer(config) }),
    rootfs: ordered(rootfs, rootfsOrder),
    ...defined({ history: history?.map((entry: HistoryEntry) => ordered({ ...entry }, historyOrder)) }),
  };
  return ordered(complete, configOrder);
}

const orderedContainer = (config: ContainerConfig): Record<string, unknown> => ordered(sorted(config), containerOrder);

/** The named keys first, the others after them by name. Values stay. */
function ordered(record: Readonly<Record<string, unknown>>, first: readonly string[]): Record<string, unknown> {
  const rest = Object.keys(record)
    .filter((key) => !first.includes(key))
    .sort();
  const keys = [...first.filter((key) => Object.hasOwn(record, key)), ...rest];
  return Object.fromEntries(keys.map((key) => [key, record[key]]));
}

/** Sorts the keys of records at every depth; arrays keep their order. */
function sorted(value: Readonly<Record<string, unknown>>): Record<string, unknown>;
function sorted(value: unknown): unknown;
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

const jsonBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
