import { buffer } from "node:stream/consumers";
import { digestOf } from "@libcnb/packager/oci";
import type { TarEntry } from "../../../builder-packager/src/tar/entry.ts";
import { tarStream } from "../../../builder-packager/src/tar/write.ts";
import type { HostileFiles } from "./tests.ts";

type Json = Record<string, unknown>;

/** Changes to a layout that would be right; each is applied before what names it by digest is made. */
export interface LayoutEdits {
  /** Members of the only layer. */
  readonly members?: readonly TarEntry[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly config?: (config: Json) => unknown;
  readonly manifest?: (manifest: Json) => unknown;
  readonly index?: (index: Json) => unknown;
  /** Files in place of those that there would be; `null`: not there. */
  readonly files?: (parts: LayoutParts) => Readonly<Record<string, string | Uint8Array | null>>;
}

/** Paths of the blobs. */
export interface LayoutParts {
  readonly layer: string;
  readonly config: string;
  readonly manifest: string;
  /** In bytes. */
  readonly manifestSize: number;
}

export const ociTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
};

const blob = (bytes: Uint8Array): string => `blobs/sha256/${digestOf(bytes).slice("sha256:".length)}`;
const json = (value: unknown): Buffer => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const descriptor = (mediaType: string, bytes: Uint8Array) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

export const text = (path: string, content = "x"): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content: Buffer.from(content),
});
export const link = (path: string, target: string): TarEntry => ({
  type: "symlink",
  path,
  target,
  mode: 0o777,
  uid: 0,
  gid: 0,
});
export const tarOf = (members: readonly TarEntry[]): Promise<Buffer> => buffer(tarStream(members));

/** The files of an OCI layout with one image, below `folder`. */
export async function layoutFiles(folder: string, edits: LayoutEdits = {}): Promise<HostileFiles> {
  const unchanged = (value: Json): unknown => value;
  const { config = unchanged, manifest = unchanged, index = unchanged, labels = {} } = edits;
  // plain: what a compressor makes may differ between processors, and digests are in the messages
  const layer = await tarOf(edits.members ?? [text("/a")]);
  const image = {
    os: "linux",
    architecture: "amd64",
    config: { Labels: labels },
    rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
  };
  const configBytes = json(config(image));
  const parts = { config: descriptor(ociTypes.config, configBytes), layers: [descriptor(ociTypes.layer, layer)] };
  const manifestBytes = json(manifest({ schemaVersion: 2, mediaType: ociTypes.manifest, ...parts }));
  const top = {
    schemaVersion: 2,
    mediaType: ociTypes.index,
    manifests: [descriptor(ociTypes.manifest, manifestBytes)],
  };
  const files: Record<string, string | Uint8Array | null> = {
    "oci-layout": `{"imageLayoutVersion":"1.0.0"}`,
    [blob(layer)]: layer,
    [blob(configBytes)]: configBytes,
    [blob(manifestBytes)]: manifestBytes,
    "index.json": json(index(top)),
    ...edits.files?.({
      layer: blob(layer),
      config: blob(configBytes),
      manifest: blob(manifestBytes),
      manifestSize: manifestBytes.length,
    }),
  };
  const kept = Object.entries(files).flatMap(([path, content]) =>
    content === null ? [] : [[`${folder}/${path}`, content] as const],
  );
  return Object.fromEntries(kept);
}

const digits = "0".repeat(64);
export const nowhere = `sha256:${digits}`;
