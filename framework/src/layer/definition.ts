import type { LayerTypes } from "../spec/layer-toml.ts";
import { checkLayerName } from "../spec/names.ts";
import { anyTable, type Table } from "../spec/schema.ts";
import type { Schema } from "../spec/standard-schema.ts";

/** How a layer may come back from an earlier build: with its contents, by name only in the image, not at all. */
export type Kept = "restored" | "reused" | "nothing";

/** A layer a buildpack can provide: its name, who sees it, and the form of the metadata that is its cache key. */
export interface LayerDefinition<Metadata, K extends Kept = Kept> {
  readonly name: string;
  readonly types: LayerTypes;
  readonly metadata: Schema<Metadata>;
  readonly kept: K;
}

/**
 * A layer that is kept for the next build. It is restored with its contents if its metadata is what the build wants, else created anew.
 *
 * @example `cachedLayer("runtime", { build: true, launch: true, metadata: table({ version: string, arch: string }) })`
 */
export function cachedLayer<Metadata extends Table>(
  name: string,
  {
    build = false,
    launch = false,
    metadata,
  }: { readonly build?: boolean; readonly launch?: boolean; readonly metadata: Schema<Metadata> },
): LayerDefinition<Metadata, "restored"> {
  return { name: checkLayerName(name), types: { build, launch, cache: true }, metadata, kept: "restored" };
}

/**
 * A layer of the image only. If its metadata is what the build wants, the layer of the previous image is reused: by the specification only
 * its metadata is restored, not its contents, so nothing is created, downloaded or exported.
 *
 * @example `launchLayer("agent", { metadata: table({ version: string }) })`
 */
export function launchLayer<Metadata extends Table>(
  name: string,
  { metadata }: { readonly metadata: Schema<Metadata> },
): LayerDefinition<Metadata, "reused"> {
  return { name: checkLayerName(name), types: { build: false, launch: true, cache: false }, metadata, kept: "reused" };
}

/**
 * A layer that is made anew by every build. By default it is for later buildpacks only; with neither it is a working directory.
 *
 * @example `temporaryLayer("npmrc")`
 */
export function temporaryLayer(
  name: string,
  { build = true, launch = false }: { readonly build?: boolean; readonly launch?: boolean } = {},
): LayerDefinition<Table, "nothing"> {
  return { name: checkLayerName(name), types: { build, launch, cache: false }, metadata: anyTable, kept: "nothing" };
}
