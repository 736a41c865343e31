import { LibcnbError } from "../errors.ts";
import type { LayerTypes } from "../spec/layer-toml.ts";
import { checkLayerName } from "../spec/names.ts";
import { anyTable, type Table } from "../spec/schemas/schema.ts";
import type { Schema } from "../spec/schemas/standard-schema.ts";
import type { Migration } from "./migration.ts";

/** How a layer is kept for the next build: with its contents, in the image only, or not at all. */
export type Reuse = "restored" | "reused" | "nothing";

/**
 * A layer that a buildpack can provide: its name, its types, and the schema of the metadata that is
 * its cache key.
 */
export interface LayerDefinition<Metadata, K extends Reuse = Reuse> {
  /** The name of its directory; an order is put in front (`10-node`). */
  readonly name: string;
  readonly order: number | undefined;
  readonly types: LayerTypes;
  readonly metadata: Schema<Metadata>;
  readonly migrations: readonly Migration<Metadata>[];
  readonly kept: K;
}

/** Options common to all layers. */
export interface LayerOrder {
  /**
   * The layer's position among those of this buildpack, 0 to 99. The lifecycle orders layers by
   * name, so the order becomes part of the name: `10-node`. The layer with the highest order is
   * applied last: its directories come first in PATH and its overrides take precedence. Without an
   * order, only the name decides.
   */
  readonly order?: number;
}

/** Options of a layer that is kept for the next build: it must declare what it depends on. */
export interface KeptLayerOptions<Metadata> extends LayerOrder {
  /**
   * The schema of the metadata, which is the cache key. It has at least one field: use a format
   * version for contents that cannot become stale.
   */
  readonly metadata: Schema<Metadata>;
  /**
   * Migrations for layers of older versions of the buildpack, tried in order if `metadata` does not
   * match.
   */
  readonly migrations?: readonly Migration<NoInfer<Metadata>>[];
}

/**
 * Defines a layer that is cached for the next build. It is restored with its contents if its
 * metadata equals the requested one, and recreated otherwise.
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
 * Defines a layer that is only in the image. If its metadata equals the requested one, the layer of
 * the previous image is reused: by the specification only its metadata is restored, not its
 * contents, so nothing is created, downloaded or exported.
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
 * Defines a layer that every build recreates. By default it is only for later buildpacks; without
 * any type it is a working directory.
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

function define<Metadata, K extends Reuse>(
  name: string,
  kept: K,
  types: LayerTypes,
  { order, metadata, migrations = [] }: KeptLayerOptions<Metadata>,
): LayerDefinition<Metadata, K> {
  return { name: orderedName(checkLayerName(name), order), order, types, metadata, migrations, kept };
}

// Two digits always: as text, "10" stands before "9".
function orderedName(name: string, order: number | undefined): string {
  if (order === undefined) return name;
  if (Number.isInteger(order) && order >= 0 && order <= 99) return `${String(order).padStart(2, "0")}-${name}`;
  throw new LibcnbError("LAYER_INVALID", `layer ${JSON.stringify(name)} has the order ${order}`, {
    hint: "Give it a whole number from 0 to 99.",
  });
}
