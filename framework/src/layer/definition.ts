import { LibcnbError } from "../errors.ts";
import type { LayerTypes } from "../spec/layer-toml.ts";
import { checkLayerName } from "../spec/names.ts";
import { anyTable, type Table } from "../spec/schema.ts";
import type { Schema } from "../spec/standard-schema.ts";
import type { Migration } from "./migration.ts";

/** How a layer may come back from an earlier build: with its contents, by name only in the image, not at all. */
export type Kept = "restored" | "reused" | "nothing";

/** A layer a buildpack can provide: its name, who sees it, and the form of the metadata that is its cache key. */
export interface LayerDefinition<Metadata, K extends Kept = Kept> {
  /** The name of its directory: with an order, the order stands before it (`10-node`). */
  readonly name: string;
  readonly order: number | undefined;
  readonly types: LayerTypes;
  readonly metadata: Schema<Metadata>;
  readonly migrations: readonly Migration<Metadata>[];
  readonly kept: K;
}

/** What all layers may say of their place. */
export interface LayerOrder {
  /**
   * 0 to 99: the layer's place among those of this buildpack. The lifecycle goes by the names of layers, so it becomes part of the name: `10-node`.
   * The layer with the highest order comes last, which means that its directories come first in PATH and its overrides win. Without an order,
   * the name alone decides.
   */
  readonly order?: number;
}

/** What is kept for the next build must say what it depends on. */
export interface KeptLayerOptions<Metadata> extends LayerOrder {
  /** The form of the metadata, which is the cache key. It has at least one field: what nothing can make stale still has a format. */
  readonly metadata: Schema<Metadata>;
  /** For layers that an older version of the buildpack left, tried in this order if `metadata` cannot decode theirs. */
  readonly migrations?: readonly Migration<NoInfer<Metadata>>[];
}

/**
 * A layer that is kept for the next build. It is restored with its contents if its metadata is what the build wants, else created anew.
 *
 * @throws LibcnbError NAME_INVALID, LAYER_INVALID
 * @example `cachedLayer("runtime", { build: true, launch: true, metadata: table({ version: string, arch: string }) })`
 */
export function cachedLayer<Metadata extends Table>(
  name: string,
  {
    build = false,
    launch = false,
    ...options
  }: KeptLayerOptions<Metadata> & { readonly build?: boolean; readonly launch?: boolean },
): LayerDefinition<Metadata, "restored"> {
  return define(name, "restored", { build, launch, cache: true }, options);
}

/**
 * A layer of the image only. If its metadata is what the build wants, the layer of the previous image is reused: by the specification only
 * its metadata is restored, not its contents, so nothing is created, downloaded or exported.
 *
 * @throws LibcnbError NAME_INVALID, LAYER_INVALID
 * @example `launchLayer("agent", { metadata: table({ version: string }) })`
 */
export function launchLayer<Metadata extends Table>(
  name: string,
  options: KeptLayerOptions<Metadata>,
): LayerDefinition<Metadata, "reused"> {
  return define(name, "reused", { build: false, launch: true, cache: false }, options);
}

/**
 * A layer that is made anew by every build. By default it is for later buildpacks only; with neither it is a working directory.
 *
 * @throws LibcnbError NAME_INVALID, LAYER_INVALID
 * @example `temporaryLayer("npmrc")`
 */
export function temporaryLayer(
  name: string,
  { build = true, launch = false, ...order }: LayerOrder & { readonly build?: boolean; readonly launch?: boolean } = {},
): LayerDefinition<Table, "nothing"> {
  return define(name, "nothing", { build, launch, cache: false }, { ...order, metadata: anyTable });
}

function define<Metadata, K extends Kept>(
  name: string,
  kept: K,
  types: LayerTypes,
  { order, metadata, migrations = [] }: KeptLayerOptions<Metadata>,
): LayerDefinition<Metadata, K> {
  return { name: placed(checkLayerName(name), order), order, types, metadata, migrations, kept };
}

// Two digits always: as text, "10" stands before "9".
function placed(name: string, order: number | undefined): string {
  if (order === undefined) return name;
  if (Number.isInteger(order) && order >= 0 && order <= 99) return `${String(order).padStart(2, "0")}-${name}`;
  throw new LibcnbError("LAYER_INVALID", `layer ${JSON.stringify(name)} has the order ${order}`, {
    hint: "Give it a whole number from 0 to 99.",
  });
}
